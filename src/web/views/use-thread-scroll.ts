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
  const place = useRef<Place>({ isStuck: true, isOpened: false, newest: undefined, anchor: undefined });
  const latest = useRef(thread);
  latest.current = thread;

  /** After every movement: what is seen now, and what has to be fetched. */
  function look(): void {
    const [box, inner] = [scroller.current, content.current];
    if (box === null || inner === null) return;
    const below = box.scrollHeight - box.scrollTop - box.clientHeight;
    place.current.isStuck = below < NEAR;
    place.current.anchor = firstSeen(inner, box);
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
      place.current.isStuck = true;
      scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
    },
  };
}

/** So near to the end counts as there; so far, and the way back is offered; so early older messages are fetched. */
const NEAR = 40;
const FAR = 300;
const AHEAD = 900;

interface Place {
  isStuck: boolean;
  /** Whether it has been scrolled to where it opens. */
  isOpened: boolean;
  newest: string | undefined;
  /** A message that is seen, and how far below the upper edge it is. */
  anchor: { readonly key: string; readonly top: number } | undefined;
}

interface Settling {
  readonly box: HTMLDivElement | null;
  readonly inner: HTMLDivElement | null;
  readonly thread: Thread;
}

/** Scrolls to where it should be after the messages have changed. */
function settle(place: Place, { box, inner, thread }: Settling): void {
  if (box === null || inner === null) return;
  const last = thread.items.at(-1);
  const isSaidNow =
    last !== undefined && last.isMine && last.key !== place.newest && place.newest !== undefined;
  place.newest = last?.key;
  if (!place.isOpened && thread.items.length > 0) {
    place.isOpened = true;
    const line = inner.querySelector('.unread-line');
    if (line !== null) {
      box.scrollTop +=
        line.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 4;
      return;
    }
  }
  if (place.isStuck || isSaidNow) box.scrollTop = box.scrollHeight;
  else keepAnchor(place, box, inner);
}

function keepAnchor(place: Place, box: HTMLElement, inner: HTMLElement): void {
  if (place.anchor === undefined) return;
  const element = inner.querySelector(`[data-key="${CSS.escape(place.anchor.key)}"]`);
  if (element === null) return;
  const moved = element.getBoundingClientRect().top - box.getBoundingClientRect().top - place.anchor.top;
  if (Math.abs(moved) >= 1) box.scrollTop += moved;
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
    if (place.isStuck) box.scrollTop = box.scrollHeight;
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
