import type { Item } from '../model/state.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';
import { usePage } from './page-context.ts';

/** How far one's own message has come: on its way, stored, read. */
export function MessageState({ item, isPrivate }: { readonly item: Item; readonly isPrivate: boolean }) {
  const { text, actions } = usePage();
  const { state } = item;
  if (!item.isMine) return null;
  switch (state.kind) {
    case 'pending':
      return <Mark name="clock" label={text.pending} />;
    case 'uploading':
      return <progress value={state.percent} max={100} aria-label={text.uploading(state.percent)} />;
    case 'sent':
      return <Mark name="sent" label={text.sent} />;
    case 'read':
      if (isPrivate) return <Mark name="read" label={text.read} />;
      return (
        <button
          type="button"
          class="readers-link"
          tabIndex={-1}
          onClick={() => item.seq !== undefined && actions.showReaders(item.seq)}
        >
          {text.readBy(state.count)}
        </button>
      );
    // Said below the message, in words.
    case 'failed':
    case 'received':
    case 'recalled':
      return null;
  }
}

function Mark({ name, label }: { readonly name: IconName; readonly label: string }) {
  return (
    <span class={`mark mark-${name}`} role="img" aria-label={label} title={label}>
      <Icon name={name} size={15} />
    </span>
  );
}
