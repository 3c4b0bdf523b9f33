import { useState } from 'preact/hooks';
import type { ChatSummary, State, Thread } from '../model/state.ts';
import { ChatAvatar } from './avatar.tsx';
import { Composer } from './composer.tsx';
import { Icon } from './icon.tsx';
import { memo } from './memo.ts';
import { MessageList } from './message-list.tsx';
import { nameOf } from './name-of.ts';
import { usePage } from './page-context.ts';
import type { Page } from './page-context.ts';
import { agoText } from './time-text.ts';
import { titleOf } from './title-of.ts';

interface ThreadViewProps {
  readonly thread: Thread;
  readonly chat: ChatSummary;
  readonly connection: State['connection'];
}

/** One chat: with whom, what was said, and where to write. */
export const ThreadView = memo(function ThreadView({ thread, chat, connection }: ThreadViewProps) {
  const { text, actions } = usePage();
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    setOver(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    for (const file of event.dataTransfer?.files ?? []) actions.sendFile(file);
  };
  return (
    <section
      class="thread"
      aria-label={titleOf(chat, text)}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (event.currentTarget === event.target || event.relatedTarget === null) setOver(false);
      }}
      onDrop={drop}
    >
      <ThreadHeader thread={thread} chat={chat} />
      <MessageList key={thread.key} thread={thread} chat={chat} />
      <Composer
        key={`composer ${thread.key}`}
        draft={thread.draft}
        title={titleOf(chat, text)}
        canSend={!['replaced', 'kicked', 'ended'].includes(connection.kind)}
      />
      {isOver && <div class="drop-here">{text.dropHere}</div>}
    </section>
  );
});

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

function ThreadHeader({ thread, chat }: Omit<ThreadViewProps, 'connection'>) {
  const page = usePage();
  const { text, actions } = page;
  const line = statusLine(thread, chat, page);
  return (
    <header class="thread-header">
      <button
        type="button"
        class="icon-button only-phone"
        aria-label={text.back}
        onClick={() => actions.closeChat()}
      >
        <Icon name="back" />
      </button>
      <ChatAvatar chat={chat} />
      <div class="thread-title">
        <h1 dir="auto">{titleOf(chat, text)}</h1>
        {chat.typing.length > 0 ? <Typing ids={chat.typing} /> : line !== '' && <p>{line}</p>}
      </div>
      {chat.kind === 'group' && (
        <button
          type="button"
          class="icon-button"
          title={text.members}
          aria-label={text.members}
          onClick={() => actions.openDialog('members')}
        >
          <Icon name="people" />
        </button>
      )}
    </header>
  );
}

function Typing({ ids }: { readonly ids: readonly string[] }) {
  const { text, people } = usePage();
  const names = ids.slice(0, 2).map((id) => nameOf(people, id));
  return (
    <p class="is-typing" aria-live="off">
      {text.typing(names, ids.length - names.length)}
      <span class="caret" />
    </p>
  );
}

/** Under the title: presence of the other, or how many are here. */
function statusLine(thread: Thread, chat: ChatSummary, { text, people }: Page): string {
  if (chat.kind === 'lobby') return text.everybody;
  if (chat.kind === 'group') {
    return thread.memberCount === undefined ? '' : text.memberCount(thread.memberCount);
  }
  const peer = people.get(chat.peerId ?? '');
  if (peer?.online === undefined) return '';
  if (peer.online) return text.online;
  return peer.lastSeen > 0 ? text.lastSeen(agoText(peer.lastSeen, text)) : text.offline;
}
