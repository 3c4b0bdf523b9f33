import { editField, type Field } from '../field.ts';
import { graphemesOf } from '../lines.ts';
import { say, type Edit, type Effect, type Shared, type Step, type ViewEvent } from '../view.ts';
import { countOf, KEEP_OUTS, partsOf, wantsCount } from './dialog-state.ts';
import type { DialogMessage, DialogState } from './dialog-state.ts';
import { actOn, askWhoIsThere } from './dialog-calls.ts';
import { noticeOf } from './dialog-notice.ts';

type DialogStep = Step<DialogState, DialogMessage>;

/** A dialog has all the keys: none of them does anything but what it says in its box. */
export function updateDialog(
  state: DialogState,
  event: ViewEvent<DialogMessage>,
  shared: Shared,
): DialogStep {
  switch (event.type) {
    case 'command':
      return event.command === 'back' ? onEdit(state, { key: 'escape' }, shared) : { state };
    case 'edit':
      return onEdit(state, event.edit, shared);
    case 'message':
      return onMessage(state, event.message, shared);
    case 'second':
      return onSecond(state);
    case 'watch':
    case 'live':
    case 'back':
      return { state };
  }
}

/** Until the server has answered, no key does anything: what was pressed cannot be taken back by leaving. */
function onEdit(state: DialogState, edit: Edit, shared: Shared): DialogStep {
  if (state.pending !== undefined) return { state };
  if ('insert' in edit) return { state: editPart(state, edit) };
  switch (edit.key) {
    case 'escape':
      return { state, effects: [{ do: 'close' }] };
    case 'tab':
    case 'down':
      return { state: moveFocus(state, 1) };
    case 'shift-tab':
    case 'up':
      return { state: moveFocus(state, -1) };
    case 'enter':
      return state.focus === 'buttons' ? press(state, shared) : { state: { ...state, focus: 'buttons' } };
    case 'left':
    case 'right':
      return { state: turn(state, edit.key) };
    default:
      return { state: editPart(state, edit) };
  }
}

function moveFocus(state: DialogState, step: 1 | -1): DialogState {
  const parts = partsOf(state);
  const at = (parts.indexOf(state.focus) + step + parts.length) % parts.length;
  return { ...state, focus: parts[at] ?? 'buttons' };
}

function turn(state: DialogState, key: 'left' | 'right'): DialogState {
  const step = key === 'left' ? -1 : 1;
  if (state.focus === 'buttons') return { ...state, marked: key === 'left' ? 'cancel' : 'act' };
  if (state.focus !== 'keep-out') return editPart(state, { key });
  const at = KEEP_OUTS.findIndex(({ name }) => name === state.keepOut) + step;
  const chosen = KEEP_OUTS[Math.min(KEEP_OUTS.length - 1, Math.max(0, at))];
  return { ...state, keepOut: chosen?.name ?? state.keepOut, error: undefined };
}

function editPart(state: DialogState, edit: Edit): DialogState {
  if (state.focus === 'reason') return { ...state, reason: atMost(state.reason, edit, MAX_REASON) };
  if (state.focus === 'count')
    return { ...state, count: atMost(state.count, edit, MAX_COUNT), error: undefined };
  return state;
}

/** What the server takes (KickRequest). */
const MAX_REASON = 200;
const MAX_COUNT = 10;

/** Of what is pasted, as much of its beginning as there is room for. */
function atMost(field: Field, edit: Edit, max: number): Field {
  if (!('insert' in edit)) return editField(field, edit);
  let kept = '';
  for (const grapheme of graphemesOf(edit.insert.slice(0, max + 1))) {
    if (field.text.length + kept.length + grapheme.length > max) break;
    kept += grapheme;
  }
  return editField(field, { insert: kept });
}

function press(state: DialogState, shared: Shared): DialogStep {
  if (state.marked === 'cancel') return { state, effects: [{ do: 'close' }] };
  const wanted = countOf(state);
  if (wantsCount(state) && state.count.text.trim() !== String(wanted)) {
    const error = say(shared, { zh: `请先输入人数 ${wanted}`, en: `type the count first: ${wanted}` });
    return { state: { ...state, focus: 'count', error } };
  }
  return goOn({ ...state, error: undefined, pending: { rest: state.targets, results: [] } });
}

/** Asks for as many as the server takes at once. */
function goOn(state: DialogState): DialogStep {
  const { rest, results } = state.pending ?? { rest: [], results: [] };
  const pending = { rest: rest.slice(AT_ONCE), results };
  return { state: { ...state, pending }, effects: [actOn(state, rest.slice(0, AT_ONCE))] };
}

const AT_ONCE = 1000;

function onMessage(state: DialogState, message: DialogMessage, shared: Shared): DialogStep {
  switch (message.type) {
    case 'there':
      return { state };
    case 'gone':
      return { state: { ...state, gone: new Set([...state.gone, message.connection]) } };
    case 'failed':
      return { state: { ...state, pending: undefined, error: message.error.text } };
    case 'done': {
      const rest = state.pending?.rest ?? [];
      const results = [...(state.pending?.results ?? []), ...message.answer.results];
      if (rest.length > 0) return goOn({ ...state, pending: { rest, results } });
      const effects: readonly Effect<DialogMessage>[] = [
        { do: 'notice', notice: noticeOf(state, results, shared) },
        { do: 'close' },
      ];
      return { state, effects };
    }
  }
}

function onSecond(state: DialogState): DialogStep {
  const aged = { ...state, age: state.age + 1 };
  return aged.age % CHECK_EVERY === 0 && state.pending === undefined
    ? { state: aged, effects: askWhoIsThere(state) }
    : { state: aged };
}

/** Seconds. */
const CHECK_EVERY = 2;
