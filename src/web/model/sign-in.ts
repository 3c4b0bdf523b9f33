import { ApiError } from '../api/api-error.ts';
import type { SignedIn } from '../api/answers.ts';
import { ChatBook } from './chat-book.ts';
import type { Core, Visit } from './core.ts';
import type { KeptSignIn } from './kept.ts';
import { PeopleBook } from './people-book.ts';
import type { SignInState } from './state.ts';

/** Coming and going: who uses the page. */
export interface SignIn {
  /** Asks what server this is, and goes on as who was signed in. */
  start(): void;
  chooseMode(mode: SignInState['mode']): void;
  signIn(name: string, password: string): void;
  signOut(): void;
  changePassword(oldPassword: string, newPassword: string): void;
}

/** ms between two tries to reach the server at the start. */
const TRY_AGAIN = { first: 1_000, most: 15_000 } as const;

/** `begin`: opens the connection of a new visit. */
export function createSignIn(core: Core, begin: (visit: Visit) => void): SignIn {
  function enter(who: KeptSignIn): void {
    const visit = createVisit(who);
    core.enter(visit);
    visit.people.name(who.id, who.name);
    core.set({ screen: 'chat', connection: { kind: 'connecting', isAgain: false } });
    begin(visit);
  }

  function enterNow(answer: SignedIn): void {
    const who = { id: String(answer.id), name: answer.name, token: answer.token };
    core.kept.keepSignedIn(who);
    core.set({ signIn: { ...core.state.signIn, isBusy: false, error: undefined } });
    enter(who);
  }

  async function start(wait: number = TRY_AGAIN.first): Promise<void> {
    try {
      const { name, registration } = await core.api.about();
      core.set({ server: { name, canRegister: registration === 'open' } });
    } catch (error) {
      const nextTryAt = core.world.clock.now() + wait;
      core.set({ connection: { kind: 'waiting', nextTryAt, text: core.explain(error) } });
      core.after(wait, () => void start(Math.min(TRY_AGAIN.most, wait * 2)));
      return;
    }
    const who = core.kept.signedIn();
    if (who === undefined) showSignIn(core);
    else enter(who);
  }

  return {
    start: () => void start(),
    chooseMode(mode) {
      core.set({ signIn: { ...core.state.signIn, mode, error: undefined } });
    },
    signIn(name, password) {
      void askToSignIn(core, { name, password }, enterNow);
    },
    signOut() {
      const { visit } = core;
      if (visit === undefined) return;
      // Ends the token on the server as well; the page does not wait for it, nor mind if nobody answers.
      core.api.signOut().catch(() => {});
      core.kept.dropSignedIn(visit.token);
      core.kept.keepUnsent([]);
      showSignIn(core);
    },
    changePassword(oldPassword, newPassword) {
      void changePassword(core, { oldPassword, newPassword }, enterNow);
    },
  };
}

/** Back to the form, with the name filled in; `error` says why. */
export function showSignIn(core: Core, error?: string): void {
  const name = core.visit?.me.name ?? core.kept.lastName();
  core.enter(undefined);
  core.set({ screen: 'sign_in', signIn: { mode: 'login', name, isBusy: false, error } });
}

/** The server no longer takes the visit's token. */
export function signedOut(core: Core, text: string = core.words.signed_out): void {
  if (core.visit === undefined) return;
  core.kept.dropSignedIn(core.visit.token);
  showSignIn(core, text);
}

async function askToSignIn(
  core: Core,
  { name, password }: { name: string; password: string },
  enter: (answer: SignedIn) => void,
): Promise<void> {
  const { signIn } = core.state;
  if (signIn.isBusy) return;
  const isWhole = name.trim() !== '' && password !== '';
  const error = isWhole ? undefined : core.words.credentials_needed;
  core.set({ signIn: { ...signIn, name, isBusy: isWhole, error } });
  if (!isWhole) return;
  try {
    enter(await core.api.signIn(signIn.mode, name.trim(), password));
  } catch (failure) {
    core.set({ signIn: { ...core.state.signIn, isBusy: false, error: explain(core, failure) } });
  }
}

// It ends every token of the user, this page's too: the page signs in again with the new password.
async function changePassword(
  core: Core,
  { oldPassword, newPassword }: { oldPassword: string; newPassword: string },
  enter: (answer: SignedIn) => void,
): Promise<void> {
  const { visit, state } = core;
  if (visit === undefined || (state.dialog?.kind === 'password' && state.dialog.isBusy)) return;
  core.set({ dialog: { kind: 'password', isBusy: true, error: undefined } });
  visit.isRenewing = true;
  try {
    await core.api.changePassword({ id: visit.me.id, oldPwd: oldPassword, newPwd: newPassword });
    const answer = await core.api.signIn('login', visit.me.name, newPassword);
    if (core.visit !== visit) return;
    enter(answer);
    core.toast(core.words.password_changed);
  } catch (error) {
    visit.isRenewing = false;
    if (core.visit !== visit) return;
    core.set({ dialog: { kind: 'password', isBusy: false, error: explainChange(core, error) } });
  }
}

/** What is wrong with a name or a password, by the field: the server's own words for it are not in every language. */
function explain(core: Core, error: unknown): string {
  if (!(error instanceof ApiError)) return core.explain(error);
  const { words } = core;
  if (error.code === 'conflict') return words.name_taken;
  if (error.code !== 'invalid_field') return core.explain(error);
  return error.field === 'name' ? words.wrong_name : words.wrong_new_password;
}

function explainChange(core: Core, error: unknown): string {
  const isOld = error instanceof ApiError && error.code === 'wrong_password';
  return isOld ? core.words.wrong_old_password : explain(core, error);
}

function createVisit({ id, name, token }: KeptSignIn): Visit {
  return {
    me: { id, name },
    token,
    chats: new ChatBook(id),
    people: new PeopleBook(),
    threads: new Map(),
    client: undefined,
    open: undefined,
    isEnded: false,
    isRenewing: false,
  };
}
