import type { AdminAnswer, AdminInput, AdminMethod } from '../../protocol/admin.ts';
import { toChatError } from '../../protocol/error-codes.ts';
import type { AdminCaller, AdminCommand } from './admin-command.ts';
import type { AdminParts, AuditParts } from './admin-parts.ts';
import { createDuty, type Duty } from './channel/duty.ts';
import type { WatchSources } from './channel/watch-ports.ts';
import { connectionCommands } from './connection-commands.ts';
import { connectionSource } from './connection-view.ts';
import { detailCommands } from './detail-commands.ts';
import { eventCommands } from './event-commands.ts';
import { createEventWatch } from './event-watch.ts';
import { groupCommands } from './group-commands.ts';
import { kickCommands } from './kick-commands.ts';
import { messageCommands } from './message-commands.ts';
import { messageListCommands } from './message-list-commands.ts';
import { createMessageWatch } from './message-watch.ts';
import { recallCommands } from './recall-commands.ts';
import { recordCommands } from './record-commands.ts';
import { statsCommands, statsSource } from './stats-commands.ts';
import { tokenCommands } from './token-commands.ts';
import { userCommands } from './user-commands.ts';

/** What operators can do: one table, and the one way through it, whichever door they came by. */
export interface Admin {
  readonly commands: readonly AdminCommand[];
  /** Runs a command whose input was checked by its schema, and audits it if it changes anything. Rejects with ChatError. */
  perform(command: AdminCommand, input: unknown, by: AdminCaller): Promise<unknown>;
  /** The same by name, for callers in this process. */
  call<M extends AdminMethod>(name: M, input: AdminInput<M>, by: AdminCaller): Promise<AdminAnswer<M>>;
  /** Audits what no command did: that text is being watched, or was to be. `result`: `ok` if absent. */
  record(action: string, target: string, by: AdminCaller, result?: string): Promise<void>;
  /** What can be watched. */
  readonly sources: WatchSources;
  /** The share of the event loop for reading that goes through all there is. */
  readonly duty: Duty;
}

export function createAdmin(parts: AdminParts & AuditParts): Admin {
  const commands = [
    ...connectionCommands(parts),
    ...userCommands(parts),
    ...kickCommands(parts),
    ...groupCommands(parts),
    ...messageCommands(parts),
    ...messageListCommands(parts),
    ...recallCommands(parts),
    ...detailCommands(parts),
    ...recordCommands(parts),
    ...eventCommands(parts),
    ...tokenCommands(parts),
    ...statsCommands(parts),
  ];

  const duty = createDuty();
  const run = (command: AdminCommand, input: unknown, by: AdminCaller): Promise<unknown> =>
    command.isHeavy === true ? duty.run(() => command.run(input, by)) : command.run(input, by);

  const sources = {
    'connection.watch': connectionSource(parts),
    'stats.watch': statsSource(parts),
    'event.watch': createEventWatch(parts.events),
    'message.watch': createMessageWatch(parts),
  };

  async function perform(command: AdminCommand, input: unknown, by: AdminCaller): Promise<unknown> {
    const audit = async (answer: unknown, otherwise: string): Promise<void> => {
      const outcomes: readonly Audited[] = command.outcomes?.(input, answer) ?? [
        { target: command.target?.(input, answer) },
      ];
      // A few at a time: behind a thousand targets at once the messages of users would wait in the database.
      for (let at = 0; at < outcomes.length; at += AUDITED_AT_ONCE) {
        await Promise.all(
          outcomes
            .slice(at, at + AUDITED_AT_ONCE)
            .map(({ target, result = otherwise }) => record(parts, { command, by, target, result })),
        );
      }
    };
    try {
      const answer = await run(command, input, by);
      await audit(answer, 'ok');
      return answer;
    } catch (error) {
      await audit(undefined, toChatError(error).code);
      throw error;
    }
  }

  return {
    commands,
    perform,
    duty,
    sources,
    record: (action, target, by, result = 'ok') =>
      record(parts, { command: { name: action }, by, target, result }),
    async call(name, input, by) {
      const command = commands.find((one) => one.name === name);
      if (command === undefined) throw new TypeError(`no command ${name}`);
      return (await perform(command, input, by)) as AdminAnswer<typeof name>;
    },
  };
}

/** Without a target there is nothing to audit. */
interface Audited {
  readonly target: string | undefined;
  readonly result?: string;
}

interface Record {
  readonly command: { readonly name: string; readonly action?: string };
  readonly by: AdminCaller;
  /** Undefined: there is nothing to audit. */
  readonly target: string | undefined;
  readonly result: string;
}

const MAX_TARGET = 190;
const AUDITED_AT_ONCE = 50;

// What was done is done: an audit that cannot be written is an error of ours, and goes to the log with all it says.
async function record(
  { audit, clock, log }: AuditParts,
  { command, by, target, result }: Record,
): Promise<void> {
  if (target === undefined) return;
  const { actor, address } = by;
  const action = command.action ?? command.name;
  const entry = { at: clock.now(), actor, action, target: cut(target), address, result };
  log.info('operator', { actor, action, target: entry.target, address, result });
  await audit.append(entry).catch((cause: unknown) => log.error('audit_failed', { ...entry, cause }));
}

function cut(text: string): string {
  return text.length <= MAX_TARGET ? text : `${[...text].slice(0, MAX_TARGET / 2).join('')}…`;
}
