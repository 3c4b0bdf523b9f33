import { MOST_UNREAD } from '../model/chat-book.ts';
import type { ChatKey, ChatSummary, LastLine } from '../model/state.ts';
import type { Text } from '../text/zh.ts';
import { ChatAvatar } from './avatar.tsx';
import { Icon } from './icon.tsx';
import { memo } from './memo.ts';
import { shortTime } from './time-text.ts';
import { titleOf } from './title-of.ts';

interface ChatRowProps {
  readonly chat: ChatSummary;
  readonly isOpen: boolean;
  readonly isTabStop: boolean;
  readonly text: Text;
  /** Before the last line; empty in a private chat. */
  readonly lastSender: string;
  readonly typing: string;
  onOpen(key: ChatKey): void;
}

/** One chat: who, what was said last and when, and how much is unread. */
export const ChatRow = memo(function ChatRow(props: ChatRowProps) {
  const { chat, isOpen, isTabStop, text, onOpen } = props;
  return (
    <li>
      <button
        type="button"
        class="chat-row"
        data-key={chat.key}
        tabIndex={isTabStop ? 0 : -1}
        aria-current={isOpen ? 'true' : undefined}
        onClick={() => onOpen(chat.key)}
      >
        <ChatAvatar chat={chat} />
        <span class="chat-title" dir="auto">
          {titleOf(chat, text)}
        </span>
        {chat.last !== undefined && <time class="chat-time">{shortTime(chat.last.at, text)}</time>}
        <Preview {...props} />
        <Marks chat={chat} text={text} />
      </button>
    </li>
  );
});

function Preview({ chat, typing, text, lastSender }: ChatRowProps) {
  if (typing !== '') {
    return (
      <span class="chat-preview is-typing">
        {chat.kind === 'private' ? text.typingShort : `${typing} ${text.typingShort}`}
        <span class="caret" />
      </span>
    );
  }
  if (chat.last === undefined) {
    return chat.kind === 'lobby' ? <span class="chat-preview">{text.everybody}</span> : null;
  }
  return (
    <span class="chat-preview" dir="auto">
      {chat.last.kind === 'recalled' ? '' : lastSender}
      {lastText(chat.last, text)}
    </span>
  );
}

function Marks({ chat, text }: { readonly chat: ChatSummary; readonly text: Text }) {
  if (chat.unread > 0) {
    const count = chat.unread >= MOST_UNREAD ? `${MOST_UNREAD}+` : String(chat.unread);
    return (
      <span class="badge">
        <span aria-hidden="true">{count}</span>
        <span class="sr">{text.unread(count)}</span>
      </span>
    );
  }
  if (chat.unsent === 0) return null;
  return (
    <span class="unsent" title={text.unsent(chat.unsent)}>
      <Icon name="clock" size={16} />
      <span class="sr">{text.unsent(chat.unsent)}</span>
    </span>
  );
}

/** What stands for a message in one line. */
function lastText(last: LastLine, text: Text): string {
  switch (last.kind) {
    case 'text':
      return last.text;
    case 'image':
      return `[${text.image}]`;
    case 'sticker':
      return `[${text.sticker}]`;
    case 'file':
      return `[${text.file}]`;
    case 'recalled':
      return text.recalled;
  }
}
