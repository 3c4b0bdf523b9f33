import { readFileSync } from 'node:fs';

/** What a process takes: on Linux, of processes of the same machine. Undefined where that cannot be read. */

/** Processor time so far, user and system, all its threads, ms. */
export function cpuMs(pid: number): number | undefined {
  // The name may hold blanks and parentheses: fields count from behind it. Ticks are a hundredth of a second.
  const fields = read(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ');
  const [user, system] = [fields?.[11], fields?.[12]];
  return user === undefined || system === undefined ? undefined : (Number(user) + Number(system)) * 10;
}

/** Resident memory, bytes. */
export function rssBytes(pid: number): number | undefined {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

/** The name of its program. */
export function programOf(pid: number): string | undefined {
  return read(`/proc/${pid}/comm`)?.trim();
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
