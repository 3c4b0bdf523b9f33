import type { Language } from '../../protocol/error-codes.ts';
import { ApiError, errorText, isErrorCode } from './api-error.ts';
import type { About, HistoryMessage, ListedChat, PublicUser, Readers, SignedIn } from './answers.ts';

/** The HTTP API as the page uses it. Everything rejects with ApiError. */
export interface Api {
  about(): Promise<About>;
  signIn(mode: 'login' | 'register', name: string, password: string): Promise<SignedIn>;
  signOut(): Promise<void>;
  changePassword(change: { id: string; oldPwd: string; newPwd: string }): Promise<void>;
  chats(page: number, count: number): Promise<{ list: readonly ListedChat[]; total: number }>;
  /** By cursor alone: without one, the server takes what it shows for read. */
  messages(of: HistoryPlace, cursor: HistoryCursor): Promise<readonly HistoryMessage[]>;
  people(which: { ids: readonly string[] } | { name: string }): Promise<readonly PublicUser[]>;
  createGroup(group: { groupId: string; groupName: string; memberIds: readonly string[] }): Promise<void>;
  members(groupId: string): Promise<readonly string[]>;
  memberCount(groupId: string): Promise<number>;
  addMembers(groupId: string, memberIds: readonly string[]): Promise<void>;
  removeMember(groupId: string, userId: string): Promise<void>;
  readers(conversationId: string, seq: number, limit: number): Promise<Readers>;
}

export type HistoryPlace = { readonly conversationId: string } | { readonly targetUserId: string };
export type HistoryCursor =
  | { readonly beforeSeq: number; readonly limit: number }
  | { readonly afterSeq: number; readonly limit: number };

export interface ApiOptions {
  /** Where the server is, without a slash at the end. */
  readonly base: string;
  readonly fetch: typeof globalThis.fetch;
  readonly token: () => string | undefined;
  readonly language: () => Language;
  /** The server no longer takes this token. */
  readonly onUnauthorized: (token: string) => void;
}

/** ms. */
const ANSWER_WITHIN = 20_000;
/** The most users a list answers. */
const MAX_LISTED = 200;
const FOUND = 30;

export function createApi(options: ApiOptions): Api {
  const call = createCall(options);
  const none = async (answer: Promise<unknown>): Promise<void> => void (await answer);
  return {
    about: () => call('GET /v1/info'),
    signIn: (mode, name, password) => call(`POST /v1/user/${mode}`, { name, password }),
    signOut: () => none(call('POST /v1/user/logout')),
    changePassword: (change) => none(call('POST /v1/user/password', change)),
    chats: (page, count) => call(`GET /v1/chat/conversations?${query({ page, count })}`),
    async messages(of, cursor) {
      const chatType = 'targetUserId' in of ? 2 : 1;
      const answer = call<{ list: HistoryMessage[] }>(
        `GET /v1/chat/messages?${query({ ...of, chatType, ...cursor })}`,
      );
      return (await answer).list;
    },
    async people(which) {
      const asked =
        'ids' in which ? { ids: which.ids.join(','), count: MAX_LISTED } : { name: which.name, count: FOUND };
      return (await call<{ data: PublicUser[] }>(`GET /v1/user/list?${query(asked)}`)).data;
    },
    createGroup: (group) => none(call('POST /v1/group/create', group)),
    members: (groupId) => call(`GET /v1/group/${segment(groupId)}/members`),
    memberCount: async (groupId) =>
      (await call<{ count: number }>(`GET /v1/group/${segment(groupId)}/count`)).count,
    addMembers: (groupId, memberIds) => none(call('POST /v1/group/members/add', { groupId, memberIds })),
    removeMember: (groupId, userId) =>
      none(call(`DELETE /v1/group/${segment(groupId)}/members/${segment(userId)}`)),
    readers: (conversationId, seq, limit) =>
      call(`GET /v1/chat/readers?${query({ conversationId, seq, limit })}`),
  };
}

interface Envelope {
  readonly code: number;
  readonly msg?: string;
  readonly error?: string;
  readonly field?: string;
  readonly data?: unknown;
}

function createCall({ base, fetch, token, language, onUnauthorized }: ApiOptions) {
  return async <Answer>(route: string, body?: unknown): Promise<Answer> => {
    const [method = 'GET', path = '/'] = route.split(' ');
    const bearer = token();
    const headers: Record<string, string> = { 'accept-language': language() };
    if (bearer !== undefined) headers['authorization'] = `Bearer ${bearer}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const envelope = await ask(() =>
      fetch(base + path, {
        method,
        headers,
        signal: AbortSignal.timeout(ANSWER_WITHIN),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    if (envelope.code === 200) return envelope.data as Answer;
    const error = toApiError(envelope, language());
    if (envelope.code === 401 && bearer !== undefined) onUnauthorized(bearer);
    throw error;
  };
}

// A page of a proxy in between is no answer either.
async function ask(request: () => Promise<Response>): Promise<Envelope> {
  try {
    const envelope = (await (await request()).json()) as Envelope;
    if (typeof envelope.code === 'number') return envelope;
  } catch {
    // Falls through: the caller learns that there was no answer, the console why.
  }
  throw new ApiError('no_answer', '');
}

/** A refusal's body as the error it stands for. */
export function toApiError({ error = '', msg = '', field }: Envelope, language: Language): ApiError {
  return new ApiError(isErrorCode(error) ? error : 'internal', errorText(error, msg, language), field);
}

function query(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&');
}

const segment = (text: string): string => encodeURIComponent(text);
