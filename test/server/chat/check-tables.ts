import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { Stage } from './chat-stage.ts';
import { expectLive, expectSync, expectViews } from './table-checks.ts';
import { type Step, steps } from './table-steps.ts';
import { change, layTable, type Outcome, read, recall, say, type Table } from './table.ts';

let laid = 0;

/** Any sequences of steps, each done to the server and to the model; gives how many steps that were. */
export async function checkTables(stage: Stage, numRuns: number): Promise<number> {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      laid += 1;
      const table = await layTable(stage, `t${laid}`);
      for (const step of all) await take(table, step);
      await Promise.all(table.people.map((_person, who) => expectViews(table, who)));
      expectLive(table);
      taken += all.length;
    }),
    { numRuns },
  );
  return taken;
}

async function take(table: Table, step: Step): Promise<void> {
  if (step.do === 'look') return expectViews(table, step.who);
  if (step.do === 'sync') return expectSync(table, step);
  const [got, expected] = await act(table, step);
  expect(got, JSON.stringify(step)).toEqual(expected);
}

function act(table: Table, step: Exclude<Step, { do: 'look' | 'sync' }>): Promise<Outcome> {
  switch (step.do) {
    case 'say':
      return say(table, step);
    case 'read':
      return read(table, step);
    case 'recall':
      return recall(table, step);
    case 'join':
    case 'leave':
      return change(table, step);
  }
}
