import type { BrowserContext, Locator, Page } from 'playwright-core';
import { en } from '../../src/web/text/en.ts';
import { untilHolds, type Window } from './chromium.ts';

/** Somebody at the page: what he does and sees, by the words that stand there (English). */
export interface Visitor {
  readonly name: string;
  readonly page: Page;
  readonly context: BrowserContext;
  readonly troubles: readonly string[];
  /** Where he writes; its name says to whom. */
  readonly composer: Locator;
  /** Makes an account by the form of the page, and waits for the chats. */
  register(): Promise<void>;
  signIn(): Promise<void>;
  /** By the form that is there, with the name that stands in it. */
  signInAgain(): Promise<void>;
  /** By the dialog that finds people. */
  talkTo(name: string): Promise<void>;
  makeGroup(title: string, names: readonly string[]): Promise<void>;
  /** Of the list. */
  openChat(title: string): Promise<void>;
  say(...texts: readonly string[]): Promise<void>;
  /** Resolves when exactly these texts stand in the open thread, in this order. */
  reads(texts: readonly string[]): Promise<void>;
  /** Resolves when one with this text stands in the open thread. */
  sees(text: string): Promise<void>;
  message(text: string): Locator;
  /** The list's row of a chat. */
  chat(title: string): Locator;
}

export const passwordOf = (name: string) => `password of ${name}`;

export function toVisitor(window: Window, url: string, name: string): Visitor {
  const { page } = window;
  const composer = page.locator('#composer');
  const chat = (title: string) =>
    page.locator('.chat-row', {
      has: page.locator('.chat-title').and(page.getByText(title, { exact: true })),
    });
  // By what was said alone: beside it stands the time, and "missed 4" at 00:39 has "missed 40" in it.
  const message = (text: string) =>
    page.locator('.message', { has: page.locator(SAID_TEXT, { hasText: text }) });

  async function enter(how: 'register' | 'sign in'): Promise<void> {
    await page.goto(url);
    const choose = page.getByRole('button', {
      name: how === 'register' ? en.register : en.signIn,
      exact: true,
    });
    if (how === 'register') await choose.click();
    await page.getByLabel(en.name, { exact: true }).fill(name);
    await signInAgain();
  }

  async function signInAgain(): Promise<void> {
    await page.getByLabel(en.password, { exact: true }).fill(passwordOf(name));
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: en.chats }).waitFor();
  }

  return {
    ...window,
    name,
    composer,
    chat,
    message,
    register: () => enter('register'),
    signIn: () => enter('sign in'),
    signInAgain,
    async talkTo(other) {
      await page.getByRole('button', { name: en.newChat }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('searchbox').fill(other);
      await dialog.getByRole('button', { name: other, exact: true }).click();
      await page.getByRole('heading', { level: 1, name: other, exact: true }).waitFor();
    },
    async makeGroup(title, names) {
      await page.getByRole('button', { name: en.newGroup }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(en.groupName).fill(title);
      for (const other of names) {
        await dialog.getByRole('searchbox').fill(other);
        await dialog.getByRole('checkbox', { name: other }).check();
      }
      await dialog.getByRole('button', { name: en.create }).click();
      await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
    },
    async openChat(title) {
      await chat(title).click();
      await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
    },
    async say(...texts) {
      for (const text of texts) {
        await composer.fill(text);
        await composer.press('Enter');
      }
    },
    reads: (texts) => untilThread(page, texts),
    sees: (text) => message(text).first().waitFor(),
  };
}

const SAID_TEXT = '.said, .only-emoji';

const SAID = `[...document.querySelectorAll('.message :is(${SAID_TEXT})')].map((said) => said.textContent)`;

async function untilThread(page: Page, texts: readonly string[]): Promise<void> {
  const wanted = JSON.stringify(texts);
  try {
    await untilHolds(page, `JSON.stringify(${SAID}) === wanted`, wanted);
  } catch (error) {
    const there = JSON.stringify(await page.evaluate(SAID)).slice(0, 4000);
    throw new Error(`the thread is\n${there}\nand not\n${wanted.slice(0, 4000)}`, { cause: error });
  }
}
