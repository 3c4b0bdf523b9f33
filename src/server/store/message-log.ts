import { groupConversation } from '../../protocol/ids.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import type { Clock, Log } from '../chat/ports.ts';
import type { Appended, Draft, MembersChange, MembersChanged, MessageLog } from '../chat/store-ports.ts';
import { digestOf } from './append-digest.ts';
import type { AppendDriver } from './append-driver.ts';
import type { IdBlocks } from './id-blocks.ts';
import { createBacklog } from './message-log-backlog.ts';
import { createLane } from './message-log-lane.ts';
import { createRoom } from './message-log-room.ts';
import { createTurnRunner } from './message-log-run-turn.ts';
import type { Entry, Waiting } from './message-log-turn.ts';

export interface MessageLogOptions {
  readonly driver: AppendDriver;
  readonly clock: Clock;
  readonly log: Log;
  /** Message ids. */
  readonly ids: IdBlocks;
  /** Keys the digests of what was sent under a client id; another key makes resends look like other messages. */
  readonly digestKey?: string;
  /** A power of two; what the driver does well if it is not said. */
  readonly lanes?: number;
  /** Drafts that may wait for their outcome: beyond it they are refused at once, and somewhat below it senders wait. */
  readonly maxPending?: number;
  readonly maxPendingBytes?: number;
  /** ms a draft may wait to be handed to the database, and a sender for room. */
  readonly maxWaitMs?: number;
}

/** What an entry costs beside its content. */
const ENTRY_BYTES = 300;

/**
 * The message log: group commit over a few lanes. A conversation always hashes to the same lane, a lane has one
 * transaction in flight, and what arrives meanwhile is its next batch. No timer holds anything back: an idle lane
 * writes at once.
 *
 * Lone surrogates, which JSON may carry and no encoding of Unicode can, become U+FFFD here, before anything else sees
 * the message: what is delivered is what is stored.
 */
export function createMessageLog(options: MessageLogOptions): MessageLog {
  const { driver, digestKey = '', maxWaitMs = 10_000 } = options;
  const backlog = createBacklog({
    maxCount: options.maxPending ?? 10_000,
    maxBytes: options.maxPendingBytes ?? 32 * 1024 * 1024,
    onRelease: () => room.look(),
  });
  const room = createRoom(backlog, maxWaitMs);
  const runTurn = createTurnRunner(options);
  const lanes = Array.from({ length: options.lanes ?? driver.lanes }, () =>
    createLane({ runTurn, clock: options.clock, maxWaitMs }),
  );

  function accept<Result>(id: ConversationId, bytes: number, toEntry: (waiting: Waiting<Result>) => Entry) {
    return backlog.accept<Result>(bytes, (waiting) => {
      lanes[laneOf(id, lanes.length)]?.add(toEntry(waiting));
    });
  }

  return {
    append(given: Draft): Promise<Appended> {
      const draft = withWellFormedContent(given);
      const digest = draft.clientMsgId === undefined ? undefined : digestOf(draft, digestKey);
      const bytes = ENTRY_BYTES + Buffer.byteLength(draft.content);
      return accept<Appended>(draft.target.conversationId, bytes, (waiting) => ({
        ...waiting,
        kind: 'message',
        draft,
        digest,
        id: undefined,
      }));
    },
    changeMembers(change: MembersChange): Promise<MembersChanged> {
      const bytes = ENTRY_BYTES + 8 * (change.add.length + change.remove.length);
      return accept<MembersChanged>(groupConversation(change.groupId), bytes, (waiting) => ({
        ...waiting,
        kind: 'change',
        change,
      }));
    },
    get pending() {
      return backlog.count;
    },
    get pendingBytes() {
      return backlog.bytes;
    },
    room,
    drain: backlog.drain,
  };
}

function withWellFormedContent(draft: Draft): Draft {
  return draft.content.isWellFormed() ? draft : { ...draft, content: draft.content.toWellFormed() };
}

/** FNV-1a over the id's characters. `lanes` is a power of two. */
function laneOf(id: ConversationId, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  }
  return (hash ^ (hash >>> 16)) & (lanes - 1);
}
