import { editField } from '../field.ts';
import { editTextArea } from '../text-area.ts';
import { say, type Edit, type Effect, type Shared, type Step, type ViewEvent } from '../view.ts';
import { findConnection, findNamed, specOf, withAsked } from './find-named.ts';
import { sentNotice } from './result-lines.ts';
import { FORM_FIELDS, isSent, messageOf, type SendMessage, type SendState } from './send-state.ts';

type Next = Step<SendState, SendMessage>;

/** What becomes of the form. */
export function updateSend(state: SendState, event: ViewEvent<SendMessage>, shared: Shared): Next {
  switch (event.type) {
    case 'edit':
      return edited(state, event.edit, shared);
    case 'message':
      return answered(state, event.message, shared);
    case 'second':
      return asked(state, shared);
    case 'live':
      return asked({ ...state, found: { to: { spec: '' }, as: { spec: '' } } }, shared);
    default:
      return { state };
  }
}

/** Asks who is named, of the names that changed. */
export function asked(state: SendState, shared: Shared): Next {
  const effects = findNamed(state, shared);
  return effects.length === 0 ? { state } : { state: withAsked(state), effects };
}

function edited(state: SendState, edit: Edit, shared: Shared): Next {
  if (!('key' in edit)) return { state: written(state, edit) };
  switch (edit.key) {
    case 'escape':
      return { state, effects: [{ do: 'close' }] };
    case 'tab':
      return asked(withFocus(state, 1), shared);
    case 'shift-tab':
      return asked(withFocus(state, -1), shared);
    case 'enter':
      return send(state, shared);
    case 'ctrl-r':
      return sendAgain(state, shared);
    default:
      return { state: written(state, edit) };
  }
}

function withFocus(state: SendState, step: 1 | -1 | 0): SendState {
  const at = FORM_FIELDS.indexOf(state.focus) + step;
  return { ...state, focus: FORM_FIELDS.at(at % FORM_FIELDS.length) ?? 'to' };
}

/** A key in the field that has the focus. */
function written(state: SendState, edit: Edit): SendState {
  const { focus } = state;
  switch (focus) {
    case 'to':
    case 'as':
      return isVertical(edit)
        ? withFocus(state, stepOf(edit))
        : { ...state, [focus]: editField(state[focus], edit) };
    case 'text':
      return { ...state, text: editTextArea(state.text, edit) };
    default:
      return isVertical(edit) ? withFocus(state, stepOf(edit)) : choose(state, focus, stepOf(edit));
  }
}

function isVertical(edit: Edit): boolean {
  return 'key' in edit && (edit.key === 'up' || edit.key === 'down');
}

function stepOf(edit: Edit): 1 | -1 | 0 {
  if ('insert' in edit) return edit.insert === ' ' ? 1 : 0;
  if (edit.key === 'right' || edit.key === 'down') return 1;
  return edit.key === 'left' || edit.key === 'up' ? -1 : 0;
}

function choose(state: SendState, field: 'kind' | 'type' | 'wait', step: 1 | -1 | 0): SendState {
  if (step === 0) return state;
  if (field === 'kind') return { ...state, kind: state.kind === 'user' ? 'group' : 'user' };
  if (field === 'wait') return { ...state, wait: state.wait === 'stored' ? 'delivered' : 'stored' };
  const types = [1, 2, 3, 4] as const;
  return { ...state, type: types.at((types.indexOf(state.type) + step) % types.length) ?? 1 };
}

function send(state: SendState, shared: Shared): Next {
  if (state.sending !== undefined) return { state };
  if (state.to.text.trim() === '') return missing({ ...state, focus: 'to' }, NOBODY, shared);
  if (state.text.text === '') return missing({ ...state, focus: 'text' }, NOTHING, shared);
  if (isSent(state)) return missing(state, SENT_ALREADY, shared);
  return post(state, messageOf(state), shared);
}

function sendAgain(state: SendState, shared: Shared): Next {
  if (state.sending !== undefined) return { state };
  return state.sent === undefined ? missing(state, NOT_YET, shared) : post(state, state.sent, shared);
}

function post(state: SendState, message: ReturnType<typeof messageOf>, shared: Shared): Next {
  const call: Effect<SendMessage> = {
    do: 'call',
    method: 'message.send',
    input: message,
    done: (sent) => ({ is: 'sent', message, sent }),
    failed: (error) => ({ is: 'refused', message, error }),
  };
  const next = { ...state, sending: { message, at: shared.now }, result: undefined };
  const found = asked(next, shared);
  return { state: found.state, effects: [...(found.effects ?? []), call] };
}

function answered(state: SendState, message: SendMessage, shared: Shared): Next {
  if (message.is === 'found') {
    // Another name was typed meanwhile.
    if (message.found.spec !== specOf(state, message.field)) return { state };
    const next = { ...state, found: { ...state.found, [message.field]: message.found } };
    return { state: next, effects: message.field === 'to' ? findConnection(message.found, shared) : [] };
  }
  const settled = { ...state, sending: undefined };
  if (message.is === 'sent') {
    const notice = sentNotice(message.sent, shared);
    const result = { is: 'sent', sent: message.sent } as const;
    return { state: { ...settled, sent: message.message, result }, effects: [{ do: 'notice', notice }] };
  }
  const { error } = message;
  // It may have been stored: that it is not sent twice is then for a person to decide.
  const sent = error.code === 'timed_out' ? message.message : settled.sent;
  const result = { is: 'refused', error, at: shared.now } as const;
  const notice = { tone: 'bad', text: error.text } as const;
  return { state: { ...settled, sent, result }, effects: [{ do: 'notice', notice }] };
}

function missing(state: SendState, text: typeof NOBODY, shared: Shared): Next {
  return { state, effects: [{ do: 'notice', notice: { tone: 'bad', text: say(shared, text) } }] };
}

interface Words {
  readonly zh: string;
  readonly en: string;
}

const NOBODY: Words = { zh: '发给谁?', en: 'To whom?' };
const NOTHING: Words = { zh: '没有内容', en: 'There is no text' };
const NOT_YET: Words = { zh: '还没有发送过消息', en: 'No message was sent yet' };
const SENT_ALREADY: Words = {
  zh: '此消息已发送; ctrl-r 再发一次',
  en: 'This message was sent: ctrl-r sends it again',
};
