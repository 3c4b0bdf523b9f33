import type { PresenceFrame, ReadFrame, RecallFrame, SyncFrame, TypingFrame } from '../../protocol/frames.ts';
import type { NowOrLater } from './now-or-later.ts';
import type { FrameSender } from './ports.ts';

/**
 * What the frames that are no message do. Each throws or rejects with ChatError, which becomes an error frame. What they
 * return while it is pending holds up the connection's later frames: a sync returns as soon as it is taken in.
 */
export interface Signals {
  read(frame: ReadFrame, by: FrameSender): NowOrLater<void>;
  typing(frame: TypingFrame, by: FrameSender): NowOrLater<void>;
  recall(frame: RecallFrame, by: FrameSender): NowOrLater<void>;
  sync(frame: SyncFrame, by: FrameSender): NowOrLater<void>;
  presence(frame: PresenceFrame, by: FrameSender): NowOrLater<void>;
}
