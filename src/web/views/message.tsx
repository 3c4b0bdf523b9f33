import type { Item } from '../model/state.ts';
import { Icon } from './icon.tsx';
import { memo } from './memo.ts';
import { MessageContent } from './message-content.tsx';
import type { MenuAt } from './message-menu.tsx';
import { MessageState } from './message-state.tsx';
import { usePage } from './page-context.ts';
import { clockTime, fullTime } from './time-text.ts';

interface MessageProps {
  readonly item: Item;
  readonly sender: string;
  /** Who took it back. */
  readonly recaller: string;
  readonly isRecallerMe: boolean;
  readonly isPrivate: boolean;
  onMenu(at: MenuAt): void;
}

/** One message with its time and state, and the way to what can be done with it. */
export const Message = memo(function Message(props: MessageProps) {
  const { item, sender, isPrivate, onMenu } = props;
  const { text } = usePage();
  if (item.state.kind === 'recalled') return <Recalled {...props} />;
  const openMenu = (event: MouseEvent) => {
    event.preventDefault();
    onMenu({ item, x: event.clientX, y: event.clientY });
  };
  return (
    <div
      role="listitem"
      class={`message${item.isMine ? ' message-mine' : ''} message-${item.state.kind}`}
      tabIndex={-1}
      data-key={item.key}
      data-seq={item.seq}
      onContextMenu={(event) => {
        if (!(event.target instanceof HTMLAnchorElement)) openMenu(event);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.target === event.currentTarget) {
          event.preventDefault();
          onMenu(menuBeside(event.currentTarget, item));
        }
      }}
    >
      <div class="bubble">
        <span class="sr">{sender}: </span>
        <MessageContent item={item} sender={sender} />
        <span class="meta">
          <time dateTime={new Date(item.at).toISOString()} title={fullTime(item.at, text)}>
            {clockTime(item.at, text)}
          </time>
          <MessageState item={item} isPrivate={isPrivate} />
        </span>
      </div>
      <button
        type="button"
        class="icon-button message-more"
        tabIndex={-1}
        aria-label={text.messageMenu}
        aria-haspopup="menu"
        onClick={(event) => onMenu(menuBeside(event.currentTarget, item))}
      >
        <Icon name="more" size={18} />
      </button>
      {item.state.kind === 'failed' && (
        <Failed item={item} error={item.state.error} canRetry={item.state.canRetry} />
      )}
    </div>
  );
});

function Recalled({ item, recaller, isRecallerMe }: MessageProps) {
  const { text } = usePage();
  return (
    <div
      role="listitem"
      class="message message-recalled"
      tabIndex={-1}
      data-key={item.key}
      data-seq={item.seq}
    >
      <p>{recalledText()}</p>
    </div>
  );

  function recalledText(): string {
    if (isRecallerMe) return text.recalledByMe;
    return recaller === '' ? text.recalled : text.recalledBy(recaller);
  }
}

interface FailedProps {
  readonly item: Item;
  readonly error: string;
  readonly canRetry: boolean;
}

function Failed({ item, error, canRetry }: FailedProps) {
  const { text, actions } = usePage();
  return (
    <p class="failed" role="alert">
      <Icon name="failed" size={15} />
      <span>
        {text.failed}
        {error !== '' && ` · ${error}`}
      </span>
      {canRetry && (
        <button type="button" class="link" onClick={() => actions.retry(item.key)}>
          {text.retry}
        </button>
      )}
      <button type="button" class="link" onClick={() => actions.discard(item.key)}>
        {text.discard}
      </button>
    </p>
  );
}

function menuBeside(element: HTMLElement, item: Item): MenuAt {
  const { left, right, bottom } = element.getBoundingClientRect();
  return { item, x: item.isMine ? right : left, y: bottom };
}
