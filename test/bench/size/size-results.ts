import { existsSync, readFileSync } from 'node:fs';
import type { Figures } from '../figures.ts';
import type { Machine } from '../machine.ts';
import type { StatementPlan } from './plans.ts';

export interface SizePlan {
  readonly messages: number;
  readonly conversations: number;
  /** Conversations that are written into and read. */
  readonly active: number;
  readonly users: number;
  /** Messages to a talk. */
  readonly talk: number;
  /** Messages a second. */
  readonly rate: number;
  /** Messages in flight of all together, where they go as fast as they can. */
  readonly window: number;
  readonly rounds: number;
  readonly durationMs: number;
}

/** `flood`: sending as fast as acks come; `rate`: so many a second; `page`: the newest of a conversation; `list`: a user's conversations. */
export type Phase = 'flood' | 'rate' | 'page' | 'list';

/** Medians of the rounds. */
export interface Sides {
  readonly empty: Readonly<Record<Phase, Figures>>;
  readonly full: Readonly<Record<Phase, Figures>>;
}

export interface Compared extends Sides {
  readonly name: string;
  readonly fillSeconds: number;
  readonly plans: readonly StatementPlan[];
  /** Of the database file, where it is one. */
  readonly bytes?: number;
  /** Its version. */
  readonly mariadb?: string;
}

export interface SizeResult extends Omit<Compared, 'mariadb'> {
  readonly plan: SizePlan;
  readonly machine: Machine;
  readonly othersCores: number;
  readonly at: string;
  /** Put in by hand: what else one must know of these figures. */
  readonly note?: string;
}

/** What `docs/benchmarks/size.json` holds, by name of the database. */
export type SizeResults = Readonly<Record<string, SizeResult>>;

export function readSizeResults(file: string): SizeResults {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SizeResults) : {};
}
