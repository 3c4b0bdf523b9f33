import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the rows of the table are gathered. */
    longTable: string;
  }
}

/** One table of what was done and found, whichever file did it: printed when the run is over. */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'chatd-long-'));
  const path = join(folder, 'rows');
  project.provide('longTable', path);
  appendFileSync(path, '');
  return () => {
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const rows = lines.map((line) => JSON.parse(line) as readonly [string, object]);
    console.table(Object.fromEntries(rows));
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Adds a row. */
export function tell(name: string, row: object): void {
  appendFileSync(inject('longTable'), `${JSON.stringify([name, row])}\n`);
}
