import type { Language } from '../../protocol/error-codes.ts';
import type { ContentType } from '../../protocol/frames.ts';

/**
 * What the page knows, as one value that is replaced, never changed: views are functions of it, `model.ts` makes it. No
 * DOM here and none in the model, so that both run in Node.
 */
export interface State {
  readonly screen: 'starting' | 'sign_in' | 'chat';
  /** What /v1/info said. */
  readonly server: { readonly name: string; readonly canRegister: boolean } | undefined;
  readonly signIn: SignInState;
  readonly me: { readonly id: string; readonly name: string } | undefined;
  readonly connection: ConnectionState;
  /** The newest message first. */
  readonly chats: readonly ChatSummary[];
  /** The one that is shown. */
  readonly thread: Thread | undefined;
  /** Names and presence of everybody who has been seen, by user id. */
  readonly people: ReadonlyMap<string, Person>;
  readonly dialog: Dialog | undefined;
  /** Said once, for some seconds: the newest last. `key` tells two of the same text apart. */
  readonly toasts: readonly { readonly key: number; readonly text: string; readonly isError: boolean }[];
  readonly settings: Settings;
}

export interface Settings {
  readonly language: Language;
  readonly theme: 'system' | 'light' | 'dark';
  /** Whether the tab says so when a message comes while nobody looks at it. */
  readonly notify: boolean;
}

export interface SignInState {
  readonly mode: 'login' | 'register';
  /** Filled in beforehand. */
  readonly name: string;
  readonly isBusy: boolean;
  /** For people; undefined if nothing is wrong. */
  readonly error: string | undefined;
}

/** What the banner says; `online` and a first `connecting` have none. */
export type ConnectionState =
  /** `isAgain`: it was connected before. */
  | { readonly kind: 'connecting'; readonly isAgain: boolean }
  | { readonly kind: 'online' }
  /** Lost, back by itself at `nextTryAt` (ms since 1970). */
  | { readonly kind: 'waiting'; readonly nextTryAt: number; readonly text: string }
  /** Signed in elsewhere: "use here". */
  | { readonly kind: 'replaced' }
  /** By an administrator; `until` in ms since 1970, undefined for a ban. */
  | { readonly kind: 'kicked'; readonly reason: string; readonly until: number | undefined }
  | { readonly kind: 'ended'; readonly text: string };

/**
 * A chat as the page calls it: `g:<group id>` or `p:<other user's id>`. A private conversation's own id is a hash that only
 * the server makes, and does not exist before its first message.
 */
export type ChatKey = `g:${string}` | `p:${string}`;

export interface ChatSummary {
  readonly key: ChatKey;
  /** Undefined for a private chat without messages. */
  readonly conversationId: string | undefined;
  readonly kind: 'group' | 'private' | 'lobby';
  readonly title: string;
  /** The other user of a private chat. */
  readonly peerId: string | undefined;
  readonly last: LastLine | undefined;
  /** Up to 999, which stands for "999 or more". */
  readonly unread: number;
  /** Who is typing now, by id. */
  readonly typing: readonly string[];
  /** Sends that have not been stored yet, or failed. */
  readonly unsent: number;
  /** A group's owner and admins: members, and what anybody said there. */
  readonly mayManage: boolean;
}

export interface LastLine {
  readonly text: string;
  readonly kind: 'text' | 'image' | 'sticker' | 'file' | 'recalled';
  readonly senderId: string;
  readonly at: number;
}

export interface Thread {
  readonly key: ChatKey;
  /** Oldest first. */
  readonly items: readonly Item[];
  readonly older: 'there_is_more' | 'loading' | 'that_is_all' | 'failed';
  /** The first message that was not read when the chat was opened: a line is drawn above it. */
  readonly unreadFrom: number | undefined;
  readonly draft: string;
  /** Of a group, once known. */
  readonly memberCount: number | undefined;
}

/** A message as the page shows it: stored, or still on its way. */
export interface Item {
  /** Unique and stable from the pending to the stored message. */
  readonly key: string;
  readonly id: string | undefined;
  /** Undefined until it is stored. */
  readonly seq: number | undefined;
  readonly senderId: string;
  readonly isMine: boolean;
  readonly content: string;
  readonly contentType: ContentType;
  /** ms since 1970; of a message on its way, when it was sent here. */
  readonly at: number;
  readonly state: ItemState;
}

export type ItemState =
  | { readonly kind: 'pending' }
  /** `percent` of an image that is being uploaded. */
  | { readonly kind: 'uploading'; readonly percent: number }
  | { readonly kind: 'failed'; readonly error: string; readonly canRetry: boolean }
  | { readonly kind: 'received' }
  | { readonly kind: 'sent' }
  /** One's own, read: by the other, or by so many of a group. */
  | { readonly kind: 'read'; readonly count: number }
  | { readonly kind: 'recalled'; readonly by: string };

export interface Person {
  readonly id: string;
  readonly name: string;
  /** Undefined: not known (no conversation is shared). */
  readonly online: boolean | undefined;
  /** ms since 1970; 0 if not known. */
  readonly lastSeen: number;
}

export type Dialog =
  /** Find somebody to talk to. */
  | { readonly kind: 'new_chat'; readonly search: PeopleSearch }
  | {
      readonly kind: 'new_group';
      readonly search: PeopleSearch;
      readonly chosen: readonly Person[];
      readonly isBusy: boolean;
      readonly error: string | undefined;
    }
  | {
      readonly kind: 'members';
      readonly key: ChatKey;
      readonly members: readonly Member[] | undefined;
      readonly canAdd: boolean;
      readonly search: PeopleSearch;
      readonly isBusy: boolean;
      readonly error: string | undefined;
    }
  /** Who has read one's message. */
  | {
      readonly kind: 'readers';
      readonly seq: number;
      readonly readers: readonly Person[] | undefined;
      readonly count: number;
    }
  | { readonly kind: 'image'; readonly url: string }
  | { readonly kind: 'settings' }
  | { readonly kind: 'password'; readonly isBusy: boolean; readonly error: string | undefined };

export interface Member {
  readonly person: Person;
  readonly canRemove: boolean;
}

export interface PeopleSearch {
  readonly query: string;
  /** Undefined while it is being asked. */
  readonly found: readonly Person[] | undefined;
}
