import type { ConnectionSort, ConnectionView } from '../../protocol/admin-connections.ts';
import type { Column } from '../columns.ts';
import { duration, shortBytes, shortCount } from '../figures.ts';
import type { Glyphs } from '../view.ts';

export type ConnectionRow = ConnectionView['items'][number];

/** The columns of the table of connections: 80 together up to the client, more on wider terminals. */
export function connectionColumns(
  sort: ConnectionSort,
  isDescending: boolean,
  glyphs: Glyphs,
): readonly Column<ConnectionRow>[] {
  const mark = isDescending ? glyphs.down : glyphs.up;
  return COLUMNS.map(({ name, ...column }) => {
    const { zh, en } = column.title;
    return name === sort ? { ...column, title: { zh: zh + mark, en: en + mark } } : column;
  });
}

/** What a column is called in the title: `queue`. */
export function sortTitle(sort: ConnectionSort): Column<ConnectionRow>['title'] {
  const { zh, en } = COLUMNS.find(({ name }) => name === sort)?.title ?? { zh: sort, en: sort };
  return { zh, en: en.toLowerCase() };
}

interface NamedColumn extends Column<ConnectionRow> {
  readonly name: ConnectionSort | 'id' | 'agent';
}

const COLUMNS: readonly NamedColumn[] = [
  { name: 'user', title: { zh: '用户', en: 'USER' }, width: 6, show: ({ userId }) => userId, tone: goneTone },
  {
    name: 'name',
    title: { zh: '名字', en: 'NAME' },
    width: 15,
    grows: 1,
    show: ({ name }) => name,
    tone: goneTone,
  },
  {
    name: 'address',
    title: { zh: '地址', en: 'ADDRESS' },
    width: 15,
    grows: 1,
    show: ({ address }) => address,
    tone: goneTone,
  },
  {
    name: 'up',
    title: { zh: '已连', en: 'UP' },
    width: 6,
    from: 48,
    // Our second may be behind the moment the rows are of: nobody is idle for longer than he is there.
    show: ({ since, idleMs, gone }, { now, language }) =>
      gone ? GONE[language] : duration(Math.max(now - since, idleMs)),
    tone: goneTone,
  },
  {
    name: 'idle',
    title: { zh: '空闲', en: 'IDLE' },
    width: 6,
    from: 69,
    show: ({ idleMs, gone }) => (gone ? '' : duration(idleMs)),
  },
  figure({ name: 'in', zh: '收', en: 'IN', width: 4, from: 75 }, (row) => shortCount(row.in)),
  figure({ name: 'out', zh: '发', en: 'OUT', width: 4, from: 80 }, (row) => shortCount(row.out)),
  {
    ...figure({ name: 'queue', zh: '积压', en: 'QUEUE', width: 6, from: 55 }, (row) =>
      shortBytes(row.queued),
    ),
    tone: ({ queued, gone }) => (gone ? 'dim' : queued >= LARGE_QUEUE ? 'warn' : undefined),
  },
  {
    name: 'client',
    title: { zh: '客户端', en: 'CLIENT' },
    width: 7,
    from: 63,
    show: ({ client }) => client,
    tone: goneTone,
  },
  { name: 'id', title: { zh: '连接', en: 'ID' }, width: 12, from: 93, show: ({ id }) => id, tone: goneTone },
  {
    name: 'agent',
    title: { zh: '程序', en: 'AGENT' },
    width: 20,
    grows: 3,
    from: 114,
    show: ({ userAgent }) => userAgent,
    tone: goneTone,
  },
];

const GONE = { zh: '已断', en: 'gone' } as const;

/** From here on a queue is worth a look: a tenth of what closes a connection by default. */
const LARGE_QUEUE = 100 * 1024;

function goneTone({ gone }: ConnectionRow): 'dim' | undefined {
  return gone === true ? 'dim' : undefined;
}

interface Figure {
  readonly name: ConnectionSort;
  readonly zh: string;
  readonly en: string;
  readonly width: number;
  readonly from: number;
}

function figure({ name, zh, en, ...place }: Figure, show: (row: ConnectionRow) => string): NamedColumn {
  return { name, title: { zh, en }, ...place, align: 'right', show, tone: goneTone };
}
