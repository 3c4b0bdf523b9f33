import type { ConnectionOptions } from 'mysql2/promise';
import { AppendFailure } from './append-driver.ts';
import type { AppendBatch, AppendDriver, AppendOutcome, BatchNumbers, Sequence } from './append-driver.ts';
import { isDuplicateKey, toAppendFailure } from './append-mysql-errors.ts';
import type { Progress } from './append-mysql-errors.ts';
import { changeMembers } from './append-mysql-members.ts';
import { createConversationNumbers } from './append-mysql-numbers.ts';
import type { ConversationNumbers } from './append-mysql-numbers.ts';
import { readConversations, readEarlier, readMembers, readSends } from './append-mysql-rows.ts';
import { changeOf } from './append-mysql-session.ts';
import type { MysqlSession } from './append-mysql-session.ts';
import { createMysqlSessions } from './append-mysql-sessions.ts';
import * as sql from './append-mysql-sql.ts';
import { planAppend, refusesSome, toCheck } from './append-plan.ts';
import type { AppendPlan, LockedRows } from './append-plan.ts';
import { createIdBlocks } from './id-blocks.ts';

export interface MysqlAppendOptions {
  /** Where and as whom to connect, with the database. */
  readonly connection: ConnectionOptions;
  /** ms the server may take to answer before the connection is given up. */
  readonly timeoutMs?: number;
}

/** Measured on two cores with 800 in flight: 26,000 messages/s, against 16,000 with four lanes of smaller batches. */
const LANES = 2;

/** The message log on MySQL and MariaDB: a batch is two round trips, on connections of its own. */
export function createMysqlAppend({ connection, timeoutMs = 8_000 }: MysqlAppendOptions): AppendDriver {
  const sessions = createMysqlSessions(connection, timeoutMs);
  let closed = false;

  /** Runs `work` as one transaction; it sends the COMMIT itself, and says so first. */
  async function transact<Result>(
    suspect: boolean,
    work: (session: MysqlSession, progress: Progress) => Promise<Result>,
  ): Promise<Result> {
    if (closed) throw new AppendFailure('closed', suspect ? 'unknown' : 'not_stored');
    const progress: Progress = { isFirst: !suspect, commitSent: false };
    try {
      return await sessions.use((session) => work(session, progress));
    } catch (error) {
      throw toAppendFailure(error, progress);
    }
  }

  function reserve(sequence: Sequence, count: number): Promise<number> {
    return transact(false, async (session) => {
      const { reserved } = await session.query({ reserved: sql.reserve(sequence, count) });
      const first = changeOf(reserved).insertId;
      if (!Number.isSafeInteger(first) || first < 1) throw new Error(`there is no sequence ${sequence}`);
      return first;
    });
  }

  const fresh = createIdBlocks({ reserve: (count) => reserve('conversations', count) });
  const numbers = createConversationNumbers(fresh);
  return {
    lanes: LANES,
    async append(batch) {
      try {
        return await transact(batch.suspect, (...under) => appendBatch(batch, numbers, ...under));
      } catch (error) {
        // Perhaps one was wrong: the next attempt asks the database.
        numbers.forget(batch);
        throw error;
      }
    },
    changeMembers: (change) => transact(change.suspect, (...under) => changeMembers(change, ...under)),
    reserve,
    pruneSends: (before, limit) =>
      transact(false, async (session) => {
        const { pruned } = await session.query({ pruned: sql.pruneSends(before, limit) });
        return changeOf(pruned).affectedRows;
      }),
    async close() {
      closed = true;
      await sessions.close();
    },
  };
}

/**
 * The order is not free: locks and seq ranges first; what others may have stored is looked for only under them. Resends
 * are looked for by writing: `sends` has one row for each client id, so a batch that writes all of its own has none.
 */
async function appendBatch(
  batch: AppendBatch,
  numbers: ConversationNumbers,
  session: MysqlSession,
  progress: Progress,
): Promise<readonly AppendOutcome[]> {
  const nos = await numbers.of(batch, session);
  if (nos.every((no) => no === undefined)) return batch.entries.map(() => ({ refused: 'not_member' }));

  const locked = { batch, nos, rows: await lockAndLook(batch, nos, session) };
  progress.isFirst = locked.rows.earlier.size === 0;
  const plan =
    (await writeIfAllNew(locked, session, progress)) ?? (await writeRest(locked, session, progress));
  numbers.remember(batch, nos);
  return plan.outcomes;
}

/** A batch under its row locks. */
interface LockedBatch {
  readonly batch: AppendBatch;
  readonly nos: BatchNumbers;
  readonly rows: Omit<LockedRows, 'sends'>;
}

async function lockAndLook(
  batch: AppendBatch,
  nos: BatchNumbers,
  session: MysqlSession,
): Promise<LockedBatch['rows']> {
  const found = await session.query({
    begin: 'START TRANSACTION',
    lock: sql.lockConversations(batch, nos),
    conversations: sql.selectConversations(nos),
    earlier: sql.selectEarlier(batch),
  });
  const conversations = readConversations(batch, nos, found.conversations);
  const unchecked = toCheck(batch, conversations);
  const { members } = await session.query({ members: sql.selectMembers(unchecked, nos) });
  return { conversations, earlier: readEarlier(found.earlier), members: readMembers(nos, members) };
}

/**
 * Writes and commits the batch as if it had no resend in it. Undefined, with nothing written and the locks still held, if
 * it may have one: a client id was taken. Where somebody is refused or an earlier attempt may be stored, it is not tried.
 */
async function writeIfAllNew(
  { batch, rows }: LockedBatch,
  session: MysqlSession,
  progress: Progress,
): Promise<AppendPlan | undefined> {
  const plan = planAppend(batch, { ...rows, sends: new Map() });
  if (batch.suspect || refusesSome(plan)) return undefined;
  try {
    progress.commitSent = true;
    const writes = sql.writePlan(plan, batch, rows.conversations);
    await session.query({ mark: 'SAVEPOINT locked', ...writes, commit: 'COMMIT' });
    return plan;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    progress.commitSent = false;
    await session.query({ back: 'ROLLBACK TO SAVEPOINT locked' });
    return undefined;
  }
}

/** Writes and commits what the database does not have yet. */
async function writeRest(
  { batch, nos, rows }: LockedBatch,
  session: MysqlSession,
  progress: Progress,
): Promise<AppendPlan> {
  const { sends } = await session.query({ sends: sql.selectSends(batch, nos) });
  const plan = planAppend(batch, { ...rows, sends: readSends(nos, sends) });
  progress.commitSent = true;
  await session.query({ ...sql.writePlan(plan, batch, rows.conversations), commit: 'COMMIT' });
  return plan;
}
