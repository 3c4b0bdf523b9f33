/**
 * Text from users on its way to a terminal or a log. What would move the cursor, colour, ring, set a title, reach the
 * clipboard, reorder or hide other text is shown instead of obeyed.
 *
 * Hidden are: control characters (C0, DEL, C1), line and paragraph separators, everything Unicode calls
 * default-ignorable (bidi marks and overrides, zero-width characters, fillers, tags), interlinear annotations and lone
 * surrogates. Left alone are the joiner and the variation selector where they make one emoji out of several characters.
 */
const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/u;
const HIDDEN_BUT_EMOJI_PARTS =
  /(?!(?<=\p{Extended_Pictographic}[\p{Emoji_Modifier}\uFE0F]?)\u200D(?=\p{Extended_Pictographic}))(?!(?<=\p{Emoji})\uFE0F)[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gu;
const HIDDEN_IN_JSON = new RegExp(HIDDEN, 'gu');

/** `text` on one line, with nothing in it that a terminal would obey: ESC as `␛`, a line end as `␊`, U+202E as `‹202E›`. */
export function visibleText(text: string): string {
  return HIDDEN.test(text) ? text.replace(HIDDEN_BUT_EMOJI_PARTS, toVisible) : text;
}

/** JSON text that says the same with every hidden character written as `\uXXXX`: one line, safe on a terminal. */
export function visibleJson(json: string): string {
  return HIDDEN.test(json) ? json.replace(HIDDEN_IN_JSON, toJsonEscape) : json;
}

function toVisible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `‹${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}

function toJsonEscape(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }).join('');
}
