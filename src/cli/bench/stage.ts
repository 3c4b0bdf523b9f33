import type { AdminCall } from '../admin-client.ts';
import type { LoadClient } from './load-order.ts';

/** A server to be measured, with the users and groups of the load. */
export interface Stage {
  /** Of its WebSocket server, without a path. */
  readonly url: string;
  readonly clients: readonly LoadClient[];
  /** Group ids: each has every `groups.length`-th client. */
  readonly groups: readonly string[];
  /** Its process, if it runs on this machine. */
  readonly serverPid: number | undefined;
  /** The process of its database, if it has one, and that runs on this machine. */
  readonly databasePid: number | undefined;
  readonly call: AdminCall;
  /** Collects the server's garbage; false if that cannot be asked of it. */
  collect(): Promise<boolean>;
  /** Rejects when the server ends, if that can be seen. */
  readonly ended?: Promise<never>;
}

/** Of `count` clients, those of a group. */
export function membersOf(group: number, groups: number, count: number): readonly number[] {
  const members: number[] = [];
  for (let client = group; client < count; client += groups) members.push(client);
  return members;
}
