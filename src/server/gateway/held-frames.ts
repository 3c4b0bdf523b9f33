import type { ConversationId } from '../../protocol/ids.ts';
import type { Place, WireFrame } from '../chat/ports.ts';

export interface HeldFrame {
  readonly wire: WireFrame;
  readonly place: Place;
}

/** What is live of conversations while they are synced: kept back in order, little of it. */
export interface HeldFrames {
  /** Bytes held. */
  readonly bytes: number;
  /** False if there is no room even without the messages that are held, which are let go then. */
  add(frame: HeldFrame): boolean;
  /** Takes out what is held of a conversation, without the messages up to `seq`. */
  take(id: ConversationId, seq: number): readonly HeldFrame[];
  /** The first and the last message that was let go. */
  lost(id: ConversationId): LostSeqs | undefined;
  /** The conversations of which something is held or was let go. */
  ids(): readonly ConversationId[];
}

export interface LostSeqs {
  readonly first: number;
  readonly last: number;
}

/** What a held frame costs besides its bytes, which it may share with other receivers. */
const OVERHEAD = 64;

export function createHeldFrames(maxBytes: number): HeldFrames {
  const held = new Map<ConversationId, readonly HeldFrame[]>();
  const lost = new Map<ConversationId, LostSeqs>();
  let bytes = 0;

  const lose = (id: ConversationId, seq: number): void => {
    const { first, last } = lost.get(id) ?? { first: seq, last: seq };
    lost.set(id, { first: Math.min(first, seq), last: Math.max(last, seq) });
  };

  const keep = (id: ConversationId, frames: readonly HeldFrame[]): void => {
    bytes += sizeOf(frames) - sizeOf(held.get(id) ?? []);
    if (frames.length === 0) held.delete(id);
    else held.set(id, frames);
  };

  /** All of them: what comes behind one that was let go would be out of order. */
  const loseMessages = (): void => {
    for (const [id, frames] of held) {
      for (const { place } of frames) if (place.seq !== undefined) lose(id, place.seq);
      keep(
        id,
        frames.filter(({ place }) => place.seq === undefined),
      );
    }
  };

  return {
    get bytes() {
      return bytes;
    },

    add(frame) {
      const { conversationId, seq } = frame.place;
      const size = sizeOf([frame]);
      if (bytes + size > maxBytes) loseMessages();
      if (bytes + size > maxBytes) {
        if (seq !== undefined) lose(conversationId, seq);
        return seq !== undefined;
      }
      const frames = held.get(conversationId);
      if (frames === undefined) held.set(conversationId, [frame]);
      else (frames as HeldFrame[]).push(frame);
      bytes += size;
      return true;
    },

    take(id, seq) {
      const frames = held.get(id) ?? [];
      keep(id, []);
      lost.delete(id);
      return frames.filter(({ place }) => place.seq === undefined || place.seq > seq);
    },

    lost: (id) => lost.get(id),
    ids: () => [...new Set([...held.keys(), ...lost.keys()])],
  };
}

function sizeOf(frames: readonly HeldFrame[]): number {
  return frames.reduce((sum, { wire }) => sum + wire.length + OVERHEAD, 0);
}
