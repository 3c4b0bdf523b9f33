import type { OperatorMessage, SentMessage } from '../../protocol/admin-records.ts';
import { fieldOf, type Field } from '../field.ts';
import type { CallError } from '../view.ts';

/** The form a message is written in. */
export interface SendState {
  readonly kind: 'user' | 'group';
  readonly to: Field;
  readonly as: Field;
  readonly type: MessageType;
  readonly wait: 'stored' | 'delivered';
  readonly text: Field;
  readonly focus: FormField;
  /** Who is named in `to` and `as`, as far as the server has said. */
  readonly found: { readonly to: Found; readonly as: Found };
  readonly sending: Sending | undefined;
  /** The last that was stored, or may have been. */
  readonly sent: OperatorMessage | undefined;
  readonly result: SendResult | undefined;
}

export type MessageType = 1 | 2 | 3 | 4;

/** In the order of the tab key. */
export const FORM_FIELDS = ['kind', 'to', 'as', 'type', 'wait', 'text'] as const;
export type FormField = (typeof FORM_FIELDS)[number];

/** What the server said of a name. `spec`: the name as it was asked for, and of which kind. */
export interface Found {
  readonly spec: string;
  readonly text?: string;
  readonly tone?: 'good' | 'dim' | 'bad';
  /** A user who is online: where he is may be asked. */
  readonly onlineId?: string;
}

export interface Sending {
  readonly message: OperatorMessage;
  /** ms since 1970. */
  readonly at: number;
}

export type SendResult =
  | { readonly is: 'sent'; readonly sent: SentMessage }
  | { readonly is: 'refused'; readonly error: CallError; readonly at: number };

export type SendMessage =
  | { readonly is: 'found'; readonly field: 'to' | 'as'; readonly found: Found }
  | { readonly is: 'sent'; readonly message: OperatorMessage; readonly sent: SentMessage }
  | { readonly is: 'refused'; readonly message: OperatorMessage; readonly error: CallError };

const NOBODY: Found = { spec: '' };

const NEW_FORM: SendState = {
  kind: 'user',
  to: fieldOf(),
  as: fieldOf(),
  type: 1,
  wait: 'delivered',
  text: fieldOf(),
  focus: 'to',
  found: { to: NOBODY, as: NOBODY },
  sending: undefined,
  sent: undefined,
  result: undefined,
};

/**
 * The form as it was left, for the same recipient or no other in particular. For another one the text is not kept: what
 * was written to one is not sent to the other. Nor is a text that was sent.
 */
export function openForm(
  argument: { readonly to?: string; readonly group?: string },
  last: SendState | undefined,
): SendState {
  const { to, group } = argument;
  const before: SendState = { ...NEW_FORM, ...last, sending: undefined, found: NEW_FORM.found };
  const form = isSent(before) ? { ...before, text: fieldOf(), type: 1 as const } : before;
  if (to === undefined && group === undefined) return { ...form, focus: focusOf(form) };
  const kind = group === undefined ? 'user' : 'group';
  const named = group ?? to ?? '';
  if (form.kind === kind && form.to.text === named) return { ...form, focus: 'text' };
  return { ...form, kind, to: fieldOf(named), text: fieldOf(), result: undefined, focus: 'text' };
}

/** The message the form says. */
export function messageOf({ kind, to, as, type, wait, text }: SendState): OperatorMessage {
  const named = to.text.trim();
  const by = as.text.trim();
  return {
    ...(by === '' ? {} : { as: by }),
    ...(kind === 'user' ? { to: named } : { group: named }),
    content: text.text,
    contentType: type,
    wait,
    ...(wait === 'delivered' ? { waitMs: WAIT_MS } : {}),
  };
}

/** Whether it says just what was sent last. */
export function isSent(state: SendState): boolean {
  return state.sent !== undefined && JSON.stringify(state.sent) === JSON.stringify(messageOf(state));
}

const WAIT_MS = 5000;

function focusOf({ to }: SendState): FormField {
  return to.text === '' ? 'to' : 'text';
}
