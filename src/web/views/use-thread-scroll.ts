import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';
import type { Item, Thread } from '../model/state.ts';
import { usePage } from './page-context.ts';
import { firstSeen, lastSeenSeq } from './seen-messages.ts';

export interface ThreadScroll {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly isAtBottom: boolean;
  /** Messages of others that came in below what is seen. */
  readonly newBelow: number;
  toBottom(): void;
}

/**
 * Where a thread is scrolled to. It opens at the first unread message, else at the end; stays at the end while it is
 * there; and when older messages are put in above, what was seen stays where it was. Tells the model what was seen,
 * and asks for older messages before the beginning is reached.
 */
export function useThreadScroll(thread: Thread): ThreadScroll {
  const { actions } = usePage();
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [isAtBottom, setAtBottom] = useState(true);
  const [seenTo, setSeenTo] = useState(0);
  const place = useRef<Place>({
    hold: 'end',
    isOpened: false,
    newest: undefined,
    anchor: undefined,
    isAtEnd: true,
    put: 0,
  });
  const latest = useRef(thread);
  latest.current = thread;

  /** After every movement: what is seen now, and what has to be fetched. */
  function look(): void {
    const [box, inner] = [scroller.current, content.current];
    if (box === null || inner === null) return;
    const below = note(place.current, box, inner);
    setAtBottom(below < FAR);
    const seq = lastSeenSeq(inner, box);
    if (seq > 0) {
      setSeenTo((before) => Math.max(before, seq));
      actions.sawUpTo(seq);
    }
    if (box.scrollTop < AHEAD && latest.current.older === 'there_is_more') actions.loadOlder();
  }

  useLayoutEffect(() => {
    settle(place.current, { box: scroller.current, inner: content.current, thread });
    look();
  }, [thread.items, thread.older]);

  useLayoutEffect(() => followSizes(scroller.current, content.current, { place: place.current, look }), []);

  return {
    scroller,
    content,
    isAtBottom,
    newBelow: isAtBottom ? 0 : countNew(thread.items, seenTo),
    toBottom() {
      place.current.hold = 'end';
      scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
    },
  };
}

/** So near to the end counts as there; so far, and the way back is offered; so early older messages are fetched. */
const NEAR = 40;
const FAR = 300;
const AHEAD = 900;

interface Place {
  /** What stays where it is: the end, the line above what is new (until one scrolls), or what is seen. */
  hold: 'end' | 'line' | 'anchor';
  /** Whether it has been scrolled to where it opens. */
  isOpened: boolean;
  newest: string | undefined;
  /** A message that is seen, and how far below the upper edge it is. */
  anchor: { readonly key: string; readonly top: number } | undefined;
  /** Whether nothing is below what is seen. */
  isAtEnd: boolean;
  /** Where we scrolled to last: anywhere else is where the user did. */
  put: number;
}

interface Settling {
  readonly box: HTMLDivElement | null;
  readonly inner: HTMLDivElement | null;
  readonly thread: Thread;
}

/** Takes note of where one is. Gives how far the end is below. */
function note(place: Place, box: HTMLElement, inner: HTMLElement): number {
  const below = box.scrollHeight - box.scrollTop - box.clientHeight;
  const isMoved = Math.abs(box.scrollTop - place.put) > 2;
  if (place.hold !== 'line' || isMoved) place.hold = below < NEAR ? 'end' : 'anchor';
  place.isAtEnd = below < NEAR;
  place.anchor = firstSeen(inner, box);
  return below;
}

/** Scrolls to where it should be after the messages have changed. */
function settle(place: Place, { box, inner, thread }: Settling): void {
  if (box === null || inner === null) return;
  const last = thread.items.at(-1);
  const isSaidNow =
    last !== undefined && last.isMine && last.key !== place.newest && place.newest !== undefined;
  const isAppended = last?.key !== place.newest;
  place.newest = last?.key;
  if (!place.isOpened && thread.items.length > 0) {
    place.isOpened = true;
    place.hold = inner.querySelector('.unread-line') === null ? 'end' : 'line';
  } else if (isSaidNow || (isAppended && place.hold === 'line' && place.isAtEnd)) {
    place.hold = 'end';
  }
  keep(place, box, inner);
}

/** Scrolls so that what is held stays, or comes, where it belongs. */
function keep(place: Place, box: HTMLElement, inner: HTMLElement): void {
  if (place.hold === 'end') box.scrollTop = box.scrollHeight;
  else box.scrollTop += place.hold === 'line' ? lineOffset(box, inner) : anchorOffset(place, box, inner);
  place.put = box.scrollTop;
}

/**
 * The line belongs in the upper quarter, with some of what was read above it; a little higher, if all that is new is in
 * sight then.
 */
function lineOffset(box: HTMLElement, inner: HTMLElement): number {
  const line = inner.querySelector('.unread-line');
  if (line === null) return 0;
  const top = line.getBoundingClientRect().top - box.getBoundingClientRect().top;
  const quarter = top - box.clientHeight / 4;
  const end = box.scrollHeight - box.scrollTop - box.clientHeight;
  return end < top ? Math.max(quarter, end) : quarter;
}

function anchorOffset({ anchor }: Place, box: HTMLElement, inner: HTMLElement): number {
  const element = anchor && inner.querySelector(`[data-key="${CSS.escape(anchor.key)}"]`);
  if (!anchor || !element) return 0;
  const moved = element.getBoundingClientRect().top - box.getBoundingClientRect().top - anchor.top;
  return Math.abs(moved) < 1 ? 0 : moved;
}

/** When the window, the composer or a message changes its size, the end stays in sight. */
function followSizes(
  box: HTMLElement | null,
  inner: HTMLElement | null,
  { place, look }: { readonly place: Place; look(): void },
): () => void {
  if (box === null || inner === null) return () => undefined;
  let isPlanned = false;
  const onScroll = () => {
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(() => {
      isPlanned = false;
      look();
    });
  };
  const sizes = new ResizeObserver(() => {
    keep(place, box, inner);
    onScroll();
  });
  sizes.observe(box);
  sizes.observe(inner);
  box.addEventListener('scroll', onScroll, { passive: true });
  return () => {
    sizes.disconnect();
    box.removeEventListener('scroll', onScroll);
  };
}

function countNew(items: readonly Item[], seenTo: number): number {
  return items.filter((item) => !item.isMine && (item.seq ?? 0) > seenTo).length;
}
