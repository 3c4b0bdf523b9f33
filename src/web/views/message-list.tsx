import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ChatSummary, Item, Thread } from '../model/state.ts';
import { Avatar } from './avatar.tsx';
import { Icon } from './icon.tsx';
import { memo } from './memo.ts';
import { MessageMenu } from './message-menu.tsx';
import type { MenuAt } from './message-menu.tsx';
import { Message } from './message.tsx';
import { moveFocus } from './move-focus.ts';
import { nameOf } from './name-of.ts';
import { usePage } from './page-context.ts';
import { dayText } from './time-text.ts';
import { titleOf } from './title-of.ts';
import { toBlocks } from './to-blocks.ts';
import type { Block } from './to-blocks.ts';
import { useThreadScroll } from './use-thread-scroll.ts';

interface MessageListProps {
  readonly thread: Thread;
  readonly chat: ChatSummary;
}

/** What was said, oldest first. Kept at the bottom while one is there, and where one is while older messages come in. */
export const MessageList = memo(function MessageList({ thread, chat }: MessageListProps) {
  const { text } = usePage();
  const title = titleOf(chat, text);
  const [menu, setMenu] = useState<MenuAt>();
  const scroll = useThreadScroll(thread);
  const blocks = useMemo(() => toBlocks(thread.items, thread.unreadFrom), [thread.items, thread.unreadFrom]);
  return (
    <div class="messages-place">
      <div
        class="messages"
        ref={scroll.scroller}
        tabIndex={0}
        role="group"
        aria-label={text.messagesOf(title)}
        onKeyDown={(event) => moveFocus(event, scroll.content.current, '.message')}
      >
        <div class="messages-inner" ref={scroll.content}>
          <Older thread={thread} />
          {blocks.map((block) => (
            <BlockView key={block.key} block={block} isPrivate={chat.kind === 'private'} onMenu={setMenu} />
          ))}
        </div>
      </div>
      {!scroll.isAtBottom && (
        <button type="button" class="to-bottom" onClick={scroll.toBottom}>
          <Icon name="down" size={18} />
          <span class={scroll.newBelow > 0 ? '' : 'sr'}>{text.newMessages(scroll.newBelow)}</span>
        </button>
      )}
      {menu !== undefined && <MessageMenu at={menu} chat={chat} onClose={() => setMenu(undefined)} />}
      <Announced items={thread.items} />
    </div>
  );
});

function Older({ thread }: { readonly thread: Thread }) {
  const { text, actions } = usePage();
  switch (thread.older) {
    case 'there_is_more':
      return (
        <p class="older">
          <button type="button" class="link" tabIndex={-1} onClick={() => actions.loadOlder()}>
            {text.loadOlder}
          </button>
        </p>
      );
    case 'loading':
      return <p class="older">{text.loading}</p>;
    case 'failed':
      return (
        <p class="older" role="alert">
          {text.olderFailed}{' '}
          <button type="button" class="link" onClick={() => actions.loadOlder()}>
            {text.tryAgain}
          </button>
        </p>
      );
    case 'that_is_all':
      return <p class="older">{thread.items.length === 0 ? text.noMessages : text.beginning}</p>;
  }
}

interface BlockViewProps {
  readonly block: Block;
  readonly isPrivate: boolean;
  onMenu(at: MenuAt): void;
}

function BlockView({ block, isPrivate, onMenu }: BlockViewProps) {
  const { text } = usePage();
  switch (block.kind) {
    case 'day':
      return (
        <h2 class="day">
          <span>{dayText(block.at, text)}</span>
        </h2>
      );
    case 'unread':
      return (
        <p class="unread-line">
          <span>{text.unreadLine}</span>
        </p>
      );
    case 'run':
      return <Run senderId={block.senderId} items={block.items} isPrivate={isPrivate} onMenu={onMenu} />;
  }
}

/** About how high these are, px, until they come in sight and are laid out. */
const RUN_HEIGHT = 28;
const MESSAGE_HEIGHT = 42;

interface RunProps extends Omit<BlockViewProps, 'block'> {
  readonly senderId: string;
  readonly items: readonly Item[];
}

const Run = memo(function Run({ senderId, items, isPrivate, onMenu }: RunProps) {
  const { text, people, actions, myId } = usePage();
  const isMine = senderId === myId;
  const name = isMine ? text.you : nameOf(people, senderId);
  const isNamed = !isMine && !isPrivate && items[0]?.state.kind !== 'recalled';
  return (
    <div
      class={`run${isMine ? ' run-mine' : ''}${isNamed ? ' run-named' : ''}`}
      style={{ containIntrinsicBlockSize: `auto ${RUN_HEIGHT + items.length * MESSAGE_HEIGHT}px` }}
    >
      {isNamed && (
        <button
          type="button"
          class="run-avatar"
          title={text.talkTo(name)}
          aria-label={text.talkTo(name)}
          tabIndex={-1}
          onClick={() => actions.openPrivateChat({ id: senderId, name })}
        >
          <Avatar id={senderId} name={name} size="s" />
        </button>
      )}
      {isNamed && (
        <p class="run-name" aria-hidden="true" dir="auto">
          {name}
        </p>
      )}
      <div class="run-messages" role="list" aria-label={name}>
        {items.map((item) => (
          <Message
            key={item.key}
            item={item}
            sender={name}
            isPrivate={isPrivate}
            recaller={item.state.kind === 'recalled' ? nameOf(people, item.state.by) : ''}
            isRecallerMe={item.state.kind === 'recalled' && item.state.by === myId}
            onMenu={onMenu}
          />
        ))}
      </div>
    </div>
  );
});

/** Reads out what comes in while the chat is open, and nothing else: neither history nor one's own. */
const Announced = memo(function Announced({ items }: { readonly items: readonly Item[] }) {
  const { text, people } = usePage();
  const known = useRef<number | undefined>(undefined);
  const [said, setSaid] = useState('');
  useEffect(() => {
    const before = known.current;
    const newest = items.findLast((item) => item.seq !== undefined)?.seq;
    known.current = newest ?? before;
    if (before === undefined) return;
    const come = items.filter((item) => (item.seq ?? 0) > before);
    const spoken = come.filter((item) => !item.isMine && item.state.kind === 'received').slice(-3);
    if (spoken.length > 0)
      setSaid(spoken.map((item) => `${nameOf(people, item.senderId)}: ${short(item)}`).join('\n'));
  }, [items]);
  const short = (item: Item) => (item.contentType === 1 ? item.content.slice(0, 300) : text.image);
  return (
    <div class="sr" role="log" aria-live="polite">
      {said}
    </div>
  );
});
