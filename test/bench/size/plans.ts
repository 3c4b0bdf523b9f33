import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import type { ConversationId, UserId } from '../../../src/protocol/ids.ts';
import type { AppendBatch } from '../../../src/server/store/append-driver.ts';
import * as sql from '../../../src/server/store/append-mysql-sql.ts';
import { appendBatch } from '../../../src/server/store/append-sqlite-batch.ts';
import { listConversations } from '../../../src/server/store/conversation-list.ts';
import { readHistory } from '../../../src/server/store/history.ts';
import { parseDsn } from '../../../src/server/store/mysql/parse-dsn.ts';
import { openDatabase } from '../../../src/server/store/open-database.ts';
import { defineTables } from '../../../src/server/store/tables.ts';
import { type Conversation, HUB } from './conversations.ts';
import { LISTED, PAGE } from './reading.ts';
import { groundOf, type SizedDatabase } from './sized-database.ts';

/** How the database says it goes about a statement of chatd's. */
export interface StatementPlan {
  readonly of: 'send' | 'newest page' | 'list';
  readonly statement: string;
  /** A line each. */
  readonly steps: string;
}

/** Asks for the plans of what chatd's own code says to the database, as full as it is. Not while a server runs on it. */
export async function explain(
  database: SizedDatabase,
  conversations: readonly Conversation[],
): Promise<readonly StatementPlan[]> {
  const batch = toBatch(conversations.slice(0, BATCH));
  const reads = await recordReads(database, conversations[0]!);
  const plans =
    database.dsn === '' ? explainSqlite(database, batch, reads) : await explainMysql(database, batch, reads);
  return plans.map(({ of, statement, steps }) => ({
    of,
    statement: shortened(statement),
    steps: counted(steps).join('\n'),
  }));
}

/** Long lists of a batch are cut: they go on as they begin. */
const SHOWN = 240;

function shortened(statement: string): string {
  const text = statement.replaceAll(/\s+/g, ' ').replace(/^SELECT .*? FROM /, 'SELECT … FROM ');
  return text.length > SHOWN ? `${text.slice(0, SHOWN)} …` : text;
}

/** SQLite tells of each part of an OR: the same ones as one. */
function counted(steps: readonly string[]): readonly string[] {
  const times = new Map<string, number>();
  for (const step of steps.filter((one) => !/^INDEX \d+$/.test(one)))
    times.set(step, (times.get(step) ?? 0) + 1);
  return [...times].map(([step, count]) => (count === 1 ? step : `${step}, ${count} times`));
}

/** As many as a transaction has at most. */
const BATCH = 500;

type Statement = Omit<StatementPlan, 'steps'>;
type Explained = Statement & { readonly steps: readonly string[] };

function toBatch(conversations: readonly Conversation[]): AppendBatch & { readonly nos: readonly number[] } {
  const sorted = conversations.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const at = Date.now();
  return {
    at,
    suspect: true,
    nos: sorted.map(({ no }) => no),
    conversations: sorted.map(({ id, isGroup, members: [lo = 0, hi = 0] }) => ({
      id: id as ConversationId,
      chatType: isGroup ? 1 : 2,
      userLo: isGroup ? 0 : lo,
      userHi: isGroup ? 0 : hi,
      count: 1,
    })),
    entries: sorted.map(({ members, isGroup }, index) => ({
      conversation: index,
      id: 2 ** 40 + index,
      senderId: (members[0] ?? 0) as UserId,
      content: 'one',
      contentType: 1,
      clientId: `plan-${index}`,
      digest: '0'.repeat(32),
      membersVersion: isGroup ? 1 : 0,
      movesReadPosition: true,
    })),
  };
}

/** What Sequelize asks for itself. */
const NOT_OURS = /^(?:PRAGMA|SELECT VERSION\(\))/;

/** What the models say for a newest page and for a list. */
async function recordReads(
  database: SizedDatabase,
  conversation: Conversation,
): Promise<readonly Statement[]> {
  const { sequelize, driver, close } = await openDatabase(groundOf(database));
  try {
    const tables = defineTables(sequelize);
    const said: Statement[] = [];
    let of: Statement['of'] = 'newest page';
    sequelize.addHook('afterQuery', (_options, query) => {
      // Known to Sequelize, not to its types.
      const { sql: text } = query as typeof query & { readonly sql: string };
      const statement = text.replace(/^Executing \([^)]*\): /, '');
      if (!NOT_OURS.test(statement)) said.push({ of, statement });
    });
    await readHistory(tables, {
      viewer: (conversation.members[0] ?? 0) as UserId,
      conversationId: conversation.id as ConversationId,
      window: { page: 1, count: PAGE },
    });
    of = 'list';
    await listConversations(tables, { userId: HUB as UserId, page: 1, count: LISTED });
    return said;
  } finally {
    await driver.close();
    await close();
  }
}

async function explainMysql(
  { dsn }: SizedDatabase,
  batch: ReturnType<typeof toBatch>,
  reads: readonly Statement[],
): Promise<readonly Explained[]> {
  const send = [
    sql.selectNumbers(batch.conversations),
    sql.selectConversations(batch.nos),
    sql.selectSends(batch, batch.nos),
    sql.selectMembers(batch.entries, batch.nos),
    sql.selectEarlier(batch),
  ];
  const ofSends = send.flatMap((statement) =>
    statement === undefined ? [] : [{ of: 'send', statement } as const],
  );
  const { host, port, user, database } = parseDsn(dsn);
  const connection = await createConnection({ host, port, user, database });
  try {
    const plans: Explained[] = [];
    for (const { of, statement } of [...ofSends, ...reads]) {
      const [rows] = await connection.query(`EXPLAIN ${statement}`);
      plans.push({ of, statement, steps: (rows as unknown as readonly MysqlStep[]).map(toText) });
    }
    return plans;
  } finally {
    connection.destroy();
  }
}

interface MysqlStep {
  readonly table: string | null;
  readonly type: string | null;
  readonly key: string | null;
  readonly rows: number | string | null;
  readonly Extra: string | null;
}

function toText({ table, type, key, rows, Extra }: MysqlStep): string {
  const how = [
    table === null ? '' : `${table}: ${type}`,
    key === null ? '' : `by ${key}`,
    rows === null ? '' : `${rows} rows`,
  ];
  return [...how, Extra ?? ''].filter((part) => part !== '').join(', ');
}

function explainSqlite(
  { dataDir }: SizedDatabase,
  batch: AppendBatch,
  reads: readonly Statement[],
): readonly Explained[] {
  const said: Statement[] = [];
  let isListening = true;
  const db = new Database(join(dataDir, 'chatd.db'), {
    verbose: (text) => isListening && said.push({ of: 'send', statement: String(text) }),
  });
  try {
    db.exec('BEGIN');
    appendBatch(db, batch);
    db.exec('ROLLBACK');
    isListening = false;
    const plans = [...said.filter(isFirstOfItsKind), ...reads].map(({ of, statement }) => {
      const steps = /^(?:BEGIN|ROLLBACK)/.test(statement)
        ? []
        : db.prepare(`EXPLAIN QUERY PLAN ${statement}`).all();
      return {
        of,
        statement,
        steps: (steps as readonly { readonly detail: string }[]).map(({ detail }) => detail),
      };
    });
    // An INSERT has none: it goes by the keys of its table.
    return plans.filter(({ steps }) => steps.length > 0);
  } finally {
    db.close();
  }
}

function isFirstOfItsKind({ statement }: Statement, at: number, all: readonly Statement[]): boolean {
  const kindOf = (text: string) => text.replaceAll(/'[^']*'|\d+(?:\.\d+)?/g, '?');
  return all.findIndex((other) => kindOf(other.statement) === kindOf(statement)) === at;
}
