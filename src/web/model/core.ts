import type { ChatClient } from '../../client/chat-client.ts';
import type { Api } from '../api/create-api.ts';
import type { ChatBook } from './chat-book.ts';
import type { Kept, KeptSignIn } from './kept.ts';
import type { PeopleBook } from './people-book.ts';
import type { ChatKey, State } from './state.ts';
import type { Pages } from './thread-book.ts';
import type { Words } from './words.ts';
import type { World } from './world.ts';

/** What the parts of the model share. */
export interface Core {
  readonly world: World;
  readonly api: Api;
  readonly kept: Kept;
  readonly state: State;
  readonly words: Words;
  /** Changes the state; subscribers are told. `chats`, `thread` and `people` follow from the visit. */
  set(patch: Partial<Omit<State, 'chats' | 'thread' | 'people'>>): void;
  /** The visit's books have changed: what follows from them is made anew. */
  touch(): void;
  readonly visit: Visit | undefined;
  /** Another user's visit, or none: the one before ends. */
  enter(visit: Visit | undefined): void;
  toast(text: string, isError?: boolean): void;
  /** What went wrong, as people read it. */
  explain(error: unknown): string;
  /** ms. Not after stop(). */
  after(ms: number, task: () => void): () => void;
}

/** One user's time on the page, from signing in to signing out. What comes back after its end is not taken. */
export interface Visit {
  readonly me: Pick<KeptSignIn, 'id' | 'name'>;
  token: string;
  readonly chats: ChatBook;
  readonly people: PeopleBook;
  readonly threads: Map<ChatKey, Pages>;
  client: ChatClient | undefined;
  /** The chat that is shown. */
  open: ChatKey | undefined;
  isEnded: boolean;
  /** The token is being replaced: that the old one ends signs nobody out. */
  isRenewing: boolean;
}
