import { useMemo, useRef, useState } from 'preact/hooks';
import type { ChatSummary, State } from '../model/state.ts';
import { Avatar } from './avatar.tsx';
import { ChatRow } from './chat-row.tsx';
import { Icon } from './icon.tsx';
import { memo } from './memo.ts';
import { moveFocus } from './move-focus.ts';
import { nameOf } from './name-of.ts';
import { usePage } from './page-context.ts';
import type { Page } from './page-context.ts';

interface ChatListProps {
  readonly chats: readonly ChatSummary[];
  readonly me: State['me'];
  readonly openKey: string | undefined;
}

/** Everybody one talks with, the newest message first. */
export const ChatList = memo(function ChatList({ chats, me, openKey }: ChatListProps) {
  const { text } = usePage();
  const [filter, setFilter] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const shown = useMemo(() => filterChats(chats, filter), [chats, filter]);
  return (
    <nav class="chat-list" aria-label={text.chats}>
      <ListHeader me={me} />
      {chats.length > 5 && <FilterField value={filter} onInput={setFilter} />}
      <ul ref={list} onKeyDown={(event) => moveFocus(event, list.current, '.chat-row')}>
        <ChatRows shown={shown} openKey={openKey} />
      </ul>
      {chats.length === 0 && <NoChats />}
      {chats.length > 0 && shown.length === 0 && <p class="nothing">{text.nothingFound}</p>}
    </nav>
  );
});

function ChatRows({ shown, openKey }: { shown: readonly ChatSummary[]; openKey: string | undefined }) {
  const { text, actions, people, myId } = usePage();
  // One row can be reached with Tab, the others from it with the arrow keys.
  const stop = shown.some((chat) => chat.key === openKey) ? openKey : shown[0]?.key;
  return (
    <>
      {shown.map((chat) => (
        <ChatRow
          key={chat.key}
          chat={chat}
          isOpen={chat.key === openKey}
          isTabStop={chat.key === stop}
          text={text}
          lastSender={lastSender(chat, { text, people, myId })}
          typing={chat.typing.map((id) => nameOf(people, id)).join(' ')}
          onOpen={actions.openChat}
        />
      ))}
    </>
  );
}

function ListHeader({ me }: { readonly me: State['me'] }) {
  const { text, actions } = usePage();
  return (
    <header class="list-header">
      <button type="button" class="me" title={text.settings} onClick={() => actions.openDialog('settings')}>
        {me !== undefined && <Avatar id={me.id} name={me.name} />}
        <span class="me-name">{me?.name}</span>
        <span class="sr">{text.settings}</span>
      </button>
      <button
        type="button"
        class="icon-button"
        title={text.newGroup}
        aria-label={text.newGroup}
        onClick={() => actions.openDialog('new_group')}
      >
        <Icon name="people" />
      </button>
      <button
        type="button"
        class="icon-button"
        title={text.newChat}
        aria-label={text.newChat}
        aria-keyshortcuts="Control+K"
        onClick={() => actions.openDialog('new_chat')}
      >
        <Icon name="compose" />
      </button>
    </header>
  );
}

function FilterField({ value, onInput }: { readonly value: string; onInput(value: string): void }) {
  const { text } = usePage();
  return (
    <div class="search-field list-filter">
      <Icon name="search" size={16} />
      <input
        type="search"
        aria-label={text.filterChats}
        placeholder={text.filterChats}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  );
}

function NoChats() {
  const { text, actions } = usePage();
  return (
    <div class="nothing">
      <p>
        <strong>{text.noChats}</strong>
      </p>
      <p>{text.noChatsHint}</p>
      <button type="button" class="primary" onClick={() => actions.openDialog('new_chat')}>
        {text.newChat}
      </button>
    </div>
  );
}

function filterChats(chats: readonly ChatSummary[], filter: string): readonly ChatSummary[] {
  const wanted = filter.trim().toLowerCase();
  return wanted === '' ? chats : chats.filter((chat) => chat.title.toLowerCase().includes(wanted));
}

function lastSender(chat: ChatSummary, { text, people, myId }: Omit<Page, 'actions'>): string {
  const senderId = chat.last?.senderId;
  if (senderId === undefined) return '';
  if (senderId === myId) return text.youSaid;
  return chat.kind === 'private' ? '' : `${nameOf(people, senderId)}: `;
}
