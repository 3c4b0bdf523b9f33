import { readFileSync } from 'node:fs';

/** What a process takes (Linux). */

/** Processor time so far, user and system, ms. */
export function cpuMs(pid: number): number {
  // The name may hold blanks and parentheses: fields count from behind it. Ticks are a hundredth of a second.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Resident memory, bytes. */
export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1024;
}

/** What it has had read from disks and written to them so far, bytes; what the page cache gave is not read from a disk. */
export function diskBytes(pid: number): { readonly read: number; readonly written: number } {
  const text = readFileSync(`/proc/${pid}/io`, 'utf8');
  const [read, written] = [/^read_bytes: (\d+)/m, /^write_bytes: (\d+)/m].map((line) => line.exec(text)?.[1]);
  return { read: Number(read), written: Number(written) };
}

/** The processes it started. */
export function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}
