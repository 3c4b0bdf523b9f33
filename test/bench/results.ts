import { existsSync, readFileSync } from 'node:fs';
import type { FigureName, Figures } from './figures.ts';
import type { Machine } from './machine.ts';
import type { ScenarioName } from './scenarios.ts';

/** What `docs/benchmarks/results.json` holds; table and chart are made from it. */
export interface Results {
  readonly machine: Machine;
  readonly scenarios: { readonly [name in ScenarioName]?: Measured };
}

export interface Measured {
  readonly title: string;
  /** `2026-11-22T23:50Z` */
  readonly at: string;
  /** The commit of chatd then. */
  readonly commit: string;
  /** Cores that others kept busy just before or just after, whichever is more. */
  readonly othersCores: number;
  readonly rounds: number;
  /** Put in by hand: what else one must know of these figures. */
  readonly note?: string;
  /** Medians of the rounds, by contender. */
  readonly contenders: Readonly<Record<string, Figures>>;
}

export function readResults(file: string): Results | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined;
}

export interface Place {
  readonly scenario: ScenarioName;
  readonly contender: string;
  readonly figure: FigureName;
}

/** undefined: not measured. */
export function figureAt(results: Results, { scenario, contender, figure }: Place): number | undefined {
  return results.scenarios[scenario]?.contenders[contender]?.[figure];
}
