import type { Settings } from './state.ts';
import { toUnsentRecords } from './unsent-record.ts';
import type { UnsentRecord } from './unsent-record.ts';
import type { KeptTexts } from './world.ts';

/**
 * What outlives the page: who is signed in, the settings, and (in this window alone) what is on its way. Without storage
 * the page works, and forgets.
 */
export interface Kept {
  signedIn(): KeptSignIn | undefined;
  keepSignedIn(signIn: KeptSignIn): void;
  /** Unless another window has signed in since with another token. */
  dropSignedIn(token: string): void;
  /** The last name that signed in here. */
  lastName(): string;
  settings(): Partial<Settings>;
  keepSettings(settings: Settings): void;
  unsent(): readonly UnsentRecord[];
  keepUnsent(unsent: readonly UnsentRecord[]): void;
}

export interface KeptSignIn {
  readonly id: string;
  readonly name: string;
  readonly token: string;
}

const SIGN_IN = 'chatd.sign-in';
const NAME = 'chatd.name';
const SETTINGS = 'chatd.settings';
const UNSENT = 'chatd.unsent';

export function createKept(storage: KeptTexts, windowStorage: KeptTexts): Kept {
  const { read, write } = accessTo(storage);
  const ofWindow = accessTo(windowStorage);
  const signedIn = (): KeptSignIn | undefined => toSignIn(read(SIGN_IN));
  return {
    signedIn,
    keepSignedIn(signIn) {
      write(SIGN_IN, signIn);
      write(NAME, signIn.name);
    },
    dropSignedIn(token) {
      if (signedIn()?.token === token) attempt(() => storage.removeItem(SIGN_IN));
    },
    lastName() {
      const name = read(NAME);
      return typeof name === 'string' ? name : '';
    },
    settings: () => toSettings(read(SETTINGS)),
    keepSettings: (settings) => write(SETTINGS, settings),
    unsent: () => toUnsentRecords(ofWindow.read(UNSENT)),
    keepUnsent: (unsent) => ofWindow.write(UNSENT, unsent),
  };
}

function accessTo(storage: KeptTexts) {
  return {
    read: (key: string): unknown => attempt(() => JSON.parse(storage.getItem(key) ?? 'null')),
    write(key: string, value: unknown): void {
      attempt(() => storage.setItem(key, JSON.stringify(value)));
    },
  };
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

function toSignIn(value: unknown): KeptSignIn | undefined {
  const { id, name, token } = toRecord(value);
  const isWhole = typeof id === 'string' && typeof name === 'string' && typeof token === 'string';
  return isWhole ? { id, name, token } : undefined;
}

function toSettings(value: unknown): Partial<Settings> {
  const { language, theme, notify } = toRecord(value);
  return {
    ...(language === 'zh' || language === 'en' ? { language } : {}),
    ...(theme === 'system' || theme === 'light' || theme === 'dark' ? { theme } : {}),
    ...(typeof notify === 'boolean' ? { notify } : {}),
  };
}

const toRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
