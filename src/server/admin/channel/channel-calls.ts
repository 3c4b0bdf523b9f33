import { z } from 'zod';
import { ADMIN_ROUTES, type AdminWatch } from '../../../protocol/admin.ts';
import { RPC_ERROR } from '../../../protocol/admin-channel.ts';
import { toChatError } from '../../../protocol/error-codes.ts';
import type { Log } from '../../chat/ports.ts';
import type { AdminCaller, AdminCommand } from '../admin-command.ts';
import type { ChannelWatches } from './channel-watches.ts';
import { type RpcCall, type RpcFailure, toRefused, toUnknownMethod, toWrongParams } from './rpc.ts';
import type { WatchClocks } from './watch-clocks.ts';

/** What a call on a channel does: a command of the table, a watch, or something about the channel itself. */
export interface ChannelCalls {
  /** Whoever calls was let in. Never rejects. */
  perform(call: RpcCall, by: AdminCaller): Promise<Outcome>;
}

export type Outcome = { readonly result: unknown } | { readonly failed: RpcFailure };

export interface ChannelCallParts {
  readonly admin: {
    readonly commands: readonly AdminCommand[];
    perform(command: AdminCommand, input: unknown, by: AdminCaller): Promise<unknown>;
    /** Audits what no command did. `result`: `ok` if absent. */
    record(action: string, target: string, by: AdminCaller, result?: string): Promise<void>;
  };
  readonly clocks: WatchClocks;
  readonly log: Log;
}

/** The channel itself, as calls change it. */
export interface ChannelItself {
  readonly watches: ChannelWatches;
  /** Goes on under another token of the same operator. */
  renew(token: string): Promise<null>;
}

/** One method: what it takes, and what it does. */
interface Method {
  readonly input: z.ZodType;
  run(input: unknown, by: AdminCaller): Promise<unknown>;
}

export function createChannelCalls(parts: ChannelCallParts, channel: ChannelItself): ChannelCalls {
  const { admin, clocks, log } = parts;

  /** Of each watch that shows what must be audited, what was audited last. */
  const audited = new Map<AdminWatch, string | undefined>();

  const find = (name: string): Method | undefined => {
    if (Object.hasOwn(ADMIN_ROUTES, name)) return commandMethod(admin, name);
    if (name === 'token.renew')
      return { input: renewal, run: async (input) => channel.renew(tokenOf(input)) };
    if (name === 'watch.stop') return { input: stopping, run: async (input) => stop(watchOf(input)) };
    const source = clocks.source(name);
    if (source === undefined) return undefined;
    return { input: source.settings, run: (input, by) => watch(name as AdminWatch, input, by) };
  };

  const watch = async (name: AdminWatch, input: unknown, by: AdminCaller): Promise<null> => {
    const target = clocks.source(name)?.toAuditTarget?.(input as never);
    try {
      await channel.watches.set(name, input);
    } catch (error) {
      if (target !== undefined) await admin.record(name, target, by, toChatError(error).code);
      throw error;
    }
    const isNew = target !== undefined && target !== audited.get(name);
    audited.set(name, target);
    if (isNew) await admin.record(name, target, by);
    return null;
  };

  const stop = (name: AdminWatch): null => {
    channel.watches.stop(name);
    audited.delete(name);
    return null;
  };

  return {
    async perform({ id = null, method: name, params }, by) {
      const method = find(name);
      if (method === undefined) return { failed: toUnknownMethod(id) };
      const input = method.input.safeParse(params);
      if (!input.success) return { failed: toWrongParams(id, input.error.issues) };
      try {
        return { result: await method.run(input.data, by) };
      } catch (error) {
        const refusal = toChatError(error);
        if (refusal.code !== 'internal') return { failed: toRefused(id, refusal) };
        log.error('admin_call_failed', { method: name, error });
        return { failed: { id, code: RPC_ERROR.internal, error: 'internal' } };
      }
    },
  };
}

// The answer is cut to its schema, as over HTTP: what lies beyond it is not sent.
function commandMethod(admin: ChannelCallParts['admin'], name: string): Method | undefined {
  const command = admin.commands.find((one) => one.name === name);
  if (command === undefined) return undefined;
  return {
    input: command.input,
    run: async (input, by) => command.answer.parse(await admin.perform(command, input, by)),
  };
}

function tokenOf(input: unknown): string {
  return (input as z.output<typeof renewal>).token;
}

function watchOf(input: unknown): AdminWatch {
  return (input as z.output<typeof stopping>).watch;
}

const WATCHES = [
  'stats.watch',
  'event.watch',
  'message.watch',
  'connection.watch',
] as const satisfies readonly AdminWatch[];
const renewal = z.object({ token: z.string().max(4096) });
const stopping = z.object({ watch: z.enum(WATCHES) });
