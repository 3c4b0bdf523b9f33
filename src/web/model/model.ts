import type { ChatKey, Dialog, Person, Settings, State } from './state.ts';

/** The page without its looks: what it knows, and what can be done. */
export interface Model {
  readonly state: State;
  /** Called after every change of `state`, at most once a turn of the event loop. Gives the function that ends it. */
  subscribe(listener: () => void): () => void;
  readonly actions: Actions;
  /** Begins: to be called once. */
  start(): void;
  /** Ends the connection and every timer, for good. */
  stop(): void;
}

/** What a person can do. None throws: what goes wrong becomes a part of the state. */
export interface Actions {
  chooseMode(mode: 'login' | 'register'): void;
  signIn(name: string, password: string): void;
  signOut(): void;
  changePassword(oldPassword: string, newPassword: string): void;
  /** Connects at once: from `waiting`, or "use here" after `replaced`. */
  reconnect(): void;

  openChat(key: ChatKey): void;
  /** Back to the list, on a phone. */
  closeChat(): void;
  openPrivateChat(person: Pick<Person, 'id' | 'name'>): void;
  loadOlder(): void;
  /** The person saw the thread down to this message. */
  sawUpTo(seq: number): void;

  draft(text: string): void;
  sendText(text: string): void;
  sendFile(file: File): void;
  /** Sends what failed again, or lets it go. */
  retry(itemKey: string): void;
  discard(itemKey: string): void;
  recall(seq: number): void;

  openDialog(kind: Exclude<Dialog['kind'], 'readers' | 'image'>): void;
  showReaders(seq: number): void;
  showImage(url: string): void;
  closeDialog(): void;
  search(query: string): void;
  choose(person: Person): void;
  unchoose(person: Person): void;
  createGroup(name: string): void;
  addMember(person: Person): void;
  removeMember(person: Person): void;
  leaveGroup(): void;

  changeSettings(settings: Partial<Settings>): void;
  /** Whether somebody is looking at the page: reading counts only then. */
  visible(isVisible: boolean): void;
  dismissToast(key: number): void;
}
