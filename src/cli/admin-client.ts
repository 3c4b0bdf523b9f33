import {
  type AdminAnswer,
  type AdminInput,
  type AdminMethod,
  type AdminRequest,
  toAdminRequest,
} from '../protocol/admin.ts';
import type { Language } from '../protocol/error-codes.ts';
import { CommandError, EXIT, type ExitCode } from './exit-codes.ts';
import { refusalText } from './refusal-text.ts';

/** Gives an operator's command and resolves with its answer. Rejects with CommandError. */
export type AdminCall = <M extends AdminMethod>(method: M, input: AdminInput<M>) => Promise<AdminAnswer<M>>;

export interface ServerAccess {
  /** Of the HTTP API: `http://127.0.0.1:8889`, without a slash at its end. */
  readonly url: string;
  readonly language: Language;
  /** How long to wait for one answer. */
  readonly timeoutMs: number;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

/** Commands over HTTP. `token`: made anew for every command, since an operator's lives for a minute. */
export function createAdminClient(access: ServerAccess, token: () => string): AdminCall {
  return async (name, input) => {
    const question = { ...toAdminRequest(name, input), token: token() };
    return (await askServer(access, question)) as AdminAnswer<typeof name>;
  };
}

/** One request of the HTTP API, and `data` of its answer. Rejects with CommandError. */
export async function askServer(
  access: ServerAccess,
  { method, path, body, token }: AdminRequest & { readonly token?: string },
): Promise<unknown> {
  const answer = await request(access, path, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      'accept-language': access.language,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });
  return readAnswer(access, answer);
}

/** Whether a chatd answers there. Nothing secret is sent. False if nobody listens; rejects with CommandError otherwise. */
export async function isServerThere(access: ServerAccess): Promise<boolean> {
  try {
    await askServer(access, { method: 'GET', path: '/v1/info' });
    return true;
  } catch (error) {
    if (error instanceof NobodyListens) return false;
    throw error;
  }
}

/** The connection was refused: no process listens at that address. */
export class NobodyListens extends CommandError {}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function request(
  { url, timeoutMs, signal }: ServerAccess,
  path: string,
  init: RequestInit,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(`${url}${path}`, {
      ...init,
      // A token goes to the server it was given for, and nowhere that server may point.
      redirect: 'manual',
      signal: AbortSignal.any([timeout, signal]),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    if (timeout.aborted) throw timedOut(url, timeoutMs);
    throw unreachable(url, error);
  }
}

interface Envelope {
  readonly code: number;
  readonly msg: string;
  readonly error?: string;
  readonly field?: string;
  readonly data?: unknown;
}

function readAnswer({ url }: ServerAccess, { status, text }: Answer): unknown {
  const envelope = parseEnvelope(text);
  if (envelope === undefined) throw notChatd(url, status);
  if (envelope.code === 200) return envelope.data;
  throw toRefusal(envelope);
}

function parseEnvelope(text: string): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isEnvelope =
      typeof value === 'object' && value !== null && 'code' in value && 'msg' in value && 'data' in value;
    return isEnvelope ? (value as Envelope) : undefined;
  } catch {
    return undefined;
  }
}

const NOT_ALLOWED: ReadonlySet<string> = new Set([
  'unauthorized',
  'token_expired',
  'wrong_password',
  'permission_denied',
]);

// The server answers in our language. To an address that may not give commands it says that there is nothing: what a
// command did not find it names by its field.
function toRefusal({ error = 'internal', msg, field }: Envelope): CommandError {
  if (error === 'not_found' && field === undefined) {
    return new CommandError(EXIT.notAllowed, 'permission_denied', {
      en: 'the server takes no commands from this address (Admin.AllowFrom)',
      zh: '服务器不接受来自此地址的命令(Admin.AllowFrom)',
    });
  }
  const exitCode: ExitCode = NOT_ALLOWED.has(error) ? EXIT.notAllowed : EXIT.refused;
  return new CommandError(exitCode, error, refusalText(error, msg, field));
}

function timedOut(url: string, timeoutMs: number): CommandError {
  return new CommandError(EXIT.timedOut, 'timed_out', {
    en: `no answer from ${url} within ${timeoutMs / 1000} s; what was asked may still be done`,
    zh: `${url} 在 ${timeoutMs / 1000} 秒内没有应答; 所请求的操作仍可能被执行`,
  });
}

function notChatd(url: string, status: number): CommandError {
  return new CommandError(EXIT.noServer, 'no_server', {
    en: `what answers at ${url} is not chatd (HTTP ${status})`,
    zh: `${url} 上应答的不是 chatd (HTTP ${status})`,
  });
}

function unreachable(url: string, error: unknown): CommandError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause && cause.code ? String(cause.code) : String(cause);
  const text = { en: `no chatd answers at ${url} (${code})`, zh: `${url} 没有 chatd 应答 (${code})` };
  const Reason = code === 'ECONNREFUSED' ? NobodyListens : CommandError;
  return new Reason(EXIT.noServer, 'no_server', text);
}
