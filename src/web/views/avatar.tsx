import { usePage } from './page-context.ts';
import { Icon } from './icon.tsx';
import type { ChatSummary } from '../model/state.ts';

/** A person's square: initials, in a colour that follows from the id, and, unless it is small, a dot if he is online. */
export function Avatar({ id, name, size = 'm' }: { id: string; name: string; size?: AvatarSize }) {
  const { people, text, myId } = usePage();
  const isOnline = size !== 's' && id !== myId && people.get(id)?.online === true;
  return (
    <span class={`avatar avatar-${size} hue-${hueOf(id)}`}>
      <span aria-hidden="true">{initials(name)}</span>
      {isOnline && <span class="dot" role="img" aria-label={text.online} />}
    </span>
  );
}

/** A chat's: the other person's, or two squares for a group, or the house for the lobby. */
export function ChatAvatar({ chat }: { readonly chat: ChatSummary }) {
  if (chat.peerId !== undefined) return <Avatar id={chat.peerId} name={chat.title} size="l" />;
  if (chat.kind === 'lobby') {
    return (
      <span class="avatar avatar-l avatar-lobby" aria-hidden="true">
        <Icon name="lobby" size={22} />
      </span>
    );
  }
  return (
    <span class={`avatar avatar-l avatar-group hue-${hueOf(chat.key)}`} aria-hidden="true">
      <span>{initials(chat.title)}</span>
    </span>
  );
}

export type AvatarSize = 's' | 'm' | 'l';

const HUES = 8;

/** The same for everybody and for ever: it is made of the id alone. */
function hueOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % HUES;
}

/** 张伟 → 张, alice → A, Bob Miller → BM. */
function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter((word) => word !== '');
  const [first = '?', second] = words;
  const letters = [first, second === undefined || !isLatin(first) ? '' : second].map(
    (word) => [...word][0] ?? '',
  );
  return letters.join('').toUpperCase();
}

const isLatin = (word: string) => /^\p{Script=Latin}/u.test(word);
