import type { AdminAnswer, AdminInput, AdminMethod } from '../../protocol/admin.ts';
import { toChatError } from '../../protocol/error-codes.ts';
import type { AdminCaller, AdminCommand } from './admin-command.ts';
import type { AdminParts, AuditParts } from './admin-parts.ts';
import { connectionCommands } from './connection-commands.ts';
import { groupCommands } from './group-commands.ts';
import { messageCommands } from './message-commands.ts';
import { tokenCommands } from './token-commands.ts';
import { userCommands } from './user-commands.ts';

/** What operators can do: one table, and the one way through it, whichever door they came by. */
export interface Admin {
  readonly commands: readonly AdminCommand[];
  /** Runs a command whose input was checked by its schema, and audits it if it changes anything. Rejects with ChatError. */
  perform(command: AdminCommand, input: unknown, by: AdminCaller): Promise<unknown>;
  /** The same by name, for callers in this process. */
  call<M extends AdminMethod>(name: M, input: AdminInput<M>, by: AdminCaller): Promise<AdminAnswer<M>>;
}

export function createAdmin(parts: AdminParts & AuditParts): Admin {
  const commands = [
    ...connectionCommands(parts),
    ...userCommands(parts),
    ...groupCommands(parts),
    ...messageCommands(parts),
    ...tokenCommands(parts),
  ];

  async function perform(command: AdminCommand, input: unknown, by: AdminCaller): Promise<unknown> {
    if (command.target === undefined) return command.run(input, by);
    try {
      const answer = await command.run(input, by);
      await record(parts, { command, by, target: command.target(input, answer), result: 'ok' });
      return answer;
    } catch (error) {
      const { code } = toChatError(error);
      await record(parts, { command, by, target: command.target(input, undefined), result: code });
      throw error;
    }
  }

  return {
    commands,
    perform,
    async call(name, input, by) {
      const command = commands.find((one) => one.name === name);
      if (command === undefined) throw new TypeError(`no command ${name}`);
      return (await perform(command, input, by)) as AdminAnswer<typeof name>;
    },
  };
}

interface Record {
  readonly command: AdminCommand;
  readonly by: AdminCaller;
  readonly target: string;
  readonly result: string;
}

const MAX_TARGET = 190;

// What was done is done: an audit that cannot be written is an error of ours, and goes to the log with all it says.
async function record(
  { audit, clock, log }: AuditParts,
  { command, by, target, result }: Record,
): Promise<void> {
  const { actor, address } = by;
  const entry = { at: clock.now(), actor, action: command.name, target: cut(target), address, result };
  log.info('operator', { actor, action: command.name, target: entry.target, address, result });
  await audit.append(entry).catch((cause: unknown) => log.error('audit_failed', { ...entry, cause }));
}

function cut(text: string): string {
  return text.length <= MAX_TARGET ? text : `${[...text].slice(0, MAX_TARGET / 2).join('')}…`;
}
