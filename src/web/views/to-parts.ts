/** A piece of a message: text as it is, or an address that may be followed. */
export type Part = { readonly kind: 'text' | 'link'; readonly text: string };

/**
 * Finds the web addresses in a text. Only http and https ever become links; what follows an address as punctuation
 * (also Chinese) stays text, and so does a bracket that was not opened in it.
 */
export function toParts(text: string): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimEnd(match[0]);
    if (!isWebAddress(address)) continue;
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) });
    parts.push({ kind: 'link', text: address });
    from = match.index + address.length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}

/** Whether following it, or showing it as a picture, can only ever ask a web server for something. */
export function isWebAddress(text: string): boolean {
  if (!/^https?:\/\//i.test(text)) return false;
  return URL.canParse(text) && new URL(text).hostname !== '';
}

/** Whether a text is nothing but a few emoji, which are shown large. */
export function isOnlyEmoji(text: string): boolean {
  return text.length <= 48 && ONLY_EMOJI.test(text.trim());
}

// An address ends at white space, quotes, and the punctuation and full-width signs of Chinese.
const ADDRESS = /https?:\/\/[^\s<>"'`\u3000-\u303f\uff00-\uffef\u2018-\u201f\u2026]+/gi;
const ONE_EMOJI = String.raw`\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?`;
const FLAG_OR_KEYCAP = String.raw`\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3`;
const ONLY_EMOJI = new RegExp(
  `^(?:(?:${ONE_EMOJI}(?:\\u200d${ONE_EMOJI})*|${FLAG_OR_KEYCAP})\\s?){1,3}$`,
  'u',
);

function trimEnd(address: string): string {
  const surplus = countSurplus(address);
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1] ?? '';
    const unopened = surplus.get(last) ?? 0;
    if (unopened > 0) surplus.set(last, unopened - 1);
    else if (!'.,;:!?*_~'.includes(last)) break;
  }
  return address.slice(0, end);
}

/** How many more closing than opening brackets there are, by the closing one. */
function countSurplus(address: string): Map<string, number> {
  const count = (letter: string) => address.split(letter).length;
  return new Map(['()', '[]', '{}'].map(([open = '', close = '']) => [close, count(close) - count(open)]));
}
