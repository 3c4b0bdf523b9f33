import type { AdminMethod, AdminWatch, AdminWatches } from './admin.ts';
import type { ErrorCode } from './error-codes.ts';

/**
 * The admin channel: JSON-RPC 2.0 on `ws://host:9000/admin`, subprotocol `chatd.admin.v1`. Every method of AdminMethods,
 * every watch of AdminWatches (answered with null, then told by `watch.data`), and those of ChannelMethods.
 */
export const ADMIN_SUBPROTOCOL = 'chatd.admin.v1';
export const ADMIN_PATH = '/admin';

export interface ChannelMethods {
  /** Ends a watch. */
  'watch.stop': { readonly input: { readonly watch: AdminWatch }; readonly answer: null };
  /** Goes on under another token of the same operator: an operator's lives for a minute, a channel longer. */
  'token.renew': { readonly input: { readonly token: string }; readonly answer: null };
}

/** Everything a channel may be asked. */
export type ChannelMethod = AdminMethod | AdminWatch | keyof ChannelMethods;

export interface RpcRequest {
  readonly jsonrpc: '2.0';
  /** Without it: a notification, which is not answered. */
  readonly id?: string | number | null;
  readonly method: string;
  readonly params?: object;
}

export type RpcAnswer =
  | { readonly jsonrpc: '2.0'; readonly id: string | number | null; readonly result: unknown }
  | { readonly jsonrpc: '2.0'; readonly id: string | number | null; readonly error: RpcError };

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: { readonly code: ErrorCode; readonly field?: string; readonly retryAfterMs?: number };
}

/** The codes of JSON-RPC 2.0; `refused` carries the error code of chatd in `data`. */
export const RPC_ERROR = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  refused: -32000,
} as const;

/** What the server says without being asked. The first thing on a channel is `channel.ready`. */
export type RpcNotification =
  | { readonly jsonrpc: '2.0'; readonly method: 'channel.ready'; readonly params: ChannelReady }
  | { readonly jsonrpc: '2.0'; readonly method: 'watch.data'; readonly params: WatchTick };

export interface ChannelReady {
  /** Who one is: `deploy@srv`, `user:1`. */
  readonly actor: string;
  readonly name: string;
  readonly version: string;
  readonly node: string;
  /** Bytes of UTF-8 the content of a message may have. */
  readonly maxContent: number;
  /** ms since 1970, by the server's clock. */
  readonly at: number;
}

export type WatchTick = {
  [W in AdminWatch]: { readonly watch: W; readonly data: AdminWatches[W]['answer'] };
}[AdminWatch];
