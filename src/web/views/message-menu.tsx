import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ChatSummary, Item } from '../model/state.ts';
import { copyText } from './copy-text.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';
import { moveFocus } from './move-focus.ts';
import { usePage } from './page-context.ts';
import type { Page } from './page-context.ts';

/** A message, and where on the screen its menu is to open. */
export interface MenuAt {
  readonly item: Item;
  readonly x: number;
  readonly y: number;
}

interface MessageMenuProps {
  readonly at: MenuAt;
  readonly chat: ChatSummary;
  onClose(): void;
}

/** What can be done with a message. Closed by Escape, by a click elsewhere, and by its choice. */
export function MessageMenu({ at, chat, onClose }: MessageMenuProps) {
  const page = usePage();
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = menu.current;
    if (element === null) return undefined;
    const before = document.activeElement;
    element.showPopover();
    place(element, at);
    element.querySelector('button')?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, [at]);
  return (
    <div
      ref={menu}
      class="menu"
      popover="auto"
      role="menu"
      aria-label={page.text.messageMenu}
      onToggle={(event) => event.newState === 'closed' && onClose()}
      onKeyDown={(event) => moveFocus(event, menu.current, 'button')}
    >
      {choicesOf(at.item, chat, page).map(({ icon, label, run }) => (
        <button
          key={icon}
          type="button"
          role="menuitem"
          onClick={() => {
            onClose();
            run();
          }}
        >
          <Icon name={icon} size={18} />
          {label}
        </button>
      ))}
    </div>
  );
}

interface Choice {
  readonly icon: IconName;
  readonly label: string;
  run(): void;
}

function choicesOf(item: Item, chat: ChatSummary, { text, actions }: Page): readonly Choice[] {
  const choices: Choice[] = [{ icon: 'copy', label: text.copy, run: () => void copyText(item.content) }];
  const { seq } = item;
  if (item.state.kind === 'failed' && item.state.canRetry) {
    choices.push({ icon: 'retry', label: text.retry, run: () => actions.retry(item.key) });
  }
  if (item.state.kind === 'failed') {
    choices.push({ icon: 'bin', label: text.discard, run: () => actions.discard(item.key) });
  }
  if (item.isMine && seq !== undefined && chat.kind !== 'private') {
    choices.push({ icon: 'eye', label: text.whoHasRead, run: () => actions.showReaders(seq) });
  }
  if ((item.isMine || chat.mayManage) && seq !== undefined) {
    choices.push({ icon: 'undo', label: text.recall, run: () => actions.recall(seq) });
  }
  return choices;
}

/** Below what was clicked, or above it where there is no room; always within the window. */
function place(element: HTMLElement, { x, y }: MenuAt): void {
  const { width, height } = element.getBoundingClientRect();
  const top = y + height + MARGIN > innerHeight ? y - height : y;
  element.style.left = `${Math.max(MARGIN, Math.min(x, innerWidth - width - MARGIN))}px`;
  element.style.top = `${Math.max(MARGIN, top)}px`;
}

const MARGIN = 8;
