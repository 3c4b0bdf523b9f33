import { ClientError } from '../../client/chat-client.ts';
import { ApiError, errorText } from '../api/api-error.ts';
import { createApi } from '../api/create-api.ts';
import type { Core, Visit } from './core.ts';
import { createKept } from './kept.ts';
import { openChatOf } from './open-chat.ts';
import { showChats } from './show-chats.ts';
import { showThread } from './show-thread.ts';
import type { Settings, State } from './state.ts';
import { WORDS } from './words.ts';
import type { World } from './world.ts';

export interface OwnedCore extends Core {
  subscribe(listener: () => void): () => void;
  /** Ends the visit and every timer. */
  stop(): void;
}

/** ms a toast is shown. */
const TOAST_FOR = 6_000;
const MOST_TOASTS = 4;

/** `onUnauthorized`: the server no longer takes the token of the visit. */
export function createCore(world: World, onUnauthorized: (core: Core) => void): OwnedCore {
  const kept = createKept(world.storage, world.windowStorage);
  const listeners = createListeners();
  const timers = createTimers(world);
  let current = firstState({ language: world.language, theme: 'system', notify: false, ...kept.settings() });
  let visit: Visit | undefined;
  let isDerived = true;

  function changed(): void {
    isDerived = false;
    listeners.tell();
  }

  const core: OwnedCore = {
    world,
    kept,
    api: createApi({
      ...world,
      token: () => visit?.token,
      language: () => current.settings.language,
      onUnauthorized: (token) => {
        if (token === visit?.token) onUnauthorized(core);
      },
    }),
    get state() {
      if (!isDerived) current = derive(current, visit);
      isDerived = true;
      return current;
    },
    get words() {
      return WORDS[current.settings.language];
    },
    get visit() {
      return visit;
    },
    set(patch) {
      current = { ...current, ...patch };
      changed();
    },
    touch: changed,
    enter(next) {
      if (visit !== undefined) end(visit);
      visit = next;
      core.set({ me: next?.me, dialog: undefined });
    },
    toast: (text, isError = false) => toast(core, text, isError),
    explain: (error) => explain(error, current.settings.language),
    after: timers.after,
    subscribe: listeners.add,
    stop() {
      if (visit !== undefined) end(visit);
      timers.stop();
    },
  };
  return core;
}

/** Every toast there has been, so that no two have one key. */
let toasts = 0;

function toast(core: Core, text: string, isError: boolean): void {
  toasts += 1;
  const key = toasts;
  core.set({ toasts: [...core.state.toasts, { key, text, isError }].slice(-MOST_TOASTS) });
  core.after(TOAST_FOR, () => core.set({ toasts: core.state.toasts.filter((one) => one.key !== key) }));
}

function createTimers({ clock }: World) {
  const running = new Set<() => void>();
  return {
    after(ms: number, task: () => void) {
      const cancel = clock.after(ms, () => {
        running.delete(cancel);
        task();
      });
      running.add(cancel);
      return () => {
        running.delete(cancel);
        cancel();
      };
    },
    stop() {
      for (const cancel of running) cancel();
      running.clear();
    },
  };
}

function end(visit: Visit): void {
  visit.isEnded = true;
  visit.client?.close();
}

function derive(state: State, visit: Visit | undefined): State {
  if (visit === undefined) return { ...state, chats: [], thread: undefined, people: new Map() };
  const open = openChatOf({ visit });
  const thread = open === undefined ? undefined : showThread(open.pages, open.chat);
  return { ...state, chats: showChats(visit), thread, people: visit.people.shown };
}

function firstState(settings: Settings): State {
  return {
    screen: 'starting',
    server: undefined,
    signIn: { mode: 'login', name: '', isBusy: false, error: undefined },
    me: undefined,
    connection: { kind: 'connecting', isAgain: false },
    chats: [],
    thread: undefined,
    people: new Map(),
    dialog: undefined,
    toasts: [],
    settings,
  };
}

function explain(error: unknown, language: Settings['language']): string {
  const words = WORDS[language];
  if (error instanceof ApiError) return error.code === 'no_answer' ? words.no_answer : error.text;
  if (!(error instanceof ClientError)) return errorText('internal', '', language);
  if (error.code === 'closed') return words.maybe_sent;
  if (error.code === 'not_connected' || error.code === 'too_many') return words.no_answer;
  return errorText(error.code, error.message, language);
}

/** Tells once a turn, however much has changed in it. */
function createListeners() {
  const listeners = new Set<() => void>();
  let isDue = false;
  return {
    add(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell() {
      if (isDue) return;
      isDue = true;
      queueMicrotask(() => {
        isDue = false;
        for (const listener of listeners) listener();
      });
    },
  };
}
