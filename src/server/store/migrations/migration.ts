import type {
  ModelAttributeColumnOptions,
  ModelAttributes,
  QueryInterface,
  Transaction,
  WhereOptions,
} from 'sequelize';
import type { ColumnTypes } from './column-types.ts';

/**
 * A step of the schema: one transaction on SQLite. MySQL commits every CREATE by itself, so a step that was cut off is
 * simply run again: each of its parts MUST pass over what is there already.
 */
export interface Migration {
  /** Sorted by it, kept in the database for ever. */
  readonly name: string;
  up(schema: Schema): Promise<void>;
}

/** The database as a migration sees it. */
export interface Schema {
  readonly types: ColumnTypes;
  /** ms since 1970. */
  readonly now: number;
  createTable(name: string, columns: ModelAttributes): Promise<void>;
  addColumn(table: string, name: string, column: ModelAttributeColumnOptions): Promise<void>;
  /** Named `<table>_<columns>`. */
  addIndex(table: string, columns: readonly string[], options?: { readonly unique: boolean }): Promise<void>;
  /**
   * Makes `columns`, which have a unique index, the primary key: MySQL keeps rows in its order. The one there was,
   * `former`, stays unique. SQLite keeps them as they are.
   */
  keepInOrder(table: string, columns: readonly string[], former: string): Promise<void>;
  /** Inserts `row`, unless there is one with the same value in `key`. */
  insertOnce(table: string, row: Readonly<Record<string, unknown>>, key: string): Promise<void>;
}

export interface SchemaOptions {
  readonly queries: QueryInterface;
  readonly types: ColumnTypes;
  readonly now: number;
  readonly transaction: Transaction | null;
}

/** The database as a migration may change it. */
export function createSchema({ queries, types, now, transaction }: SchemaOptions): Schema {
  return {
    types,
    now,
    async createTable(name, columns) {
      await queries.createTable(name, columns, { ...TABLE, transaction });
    },
    async addColumn(table, name, column) {
      // On SQLite the transaction owns the writer: whoever asked past it would wait for its end.
      const within = { logging: false, transaction };
      if (name in (await queries.describeTable(table, within))) return;
      await queries.addColumn(table, name, column, { transaction });
    },
    async addIndex(table, columns, { unique } = { unique: false }) {
      const name = `${table}_${columns.join('_')}`;
      const there = (await queries.showIndex(table, { transaction })) as readonly { readonly name: string }[];
      if (there.some((index) => index.name === name)) return;
      await queries.addIndex(table, { fields: [...columns], unique, name, transaction });
    },
    async keepInOrder(table, columns, former) {
      if (queries.sequelize.getDialect() === 'sqlite') return;
      const there = (await queries.showIndex(table)) as readonly { readonly name: string }[];
      if (there.some((index) => index.name === `${table}_${former}`)) return;
      // In one statement: the rows are moved once, and it is done or not.
      await queries.sequelize.query(`ALTER TABLE ${table}
        DROP PRIMARY KEY, ADD PRIMARY KEY (${columns.join(', ')}), DROP INDEX ${table}_${columns.join('_')},
        ADD UNIQUE INDEX ${table}_${former} (${former})`);
    },
    async insertOnce(table, row, key) {
      const where = { [key]: row[key] } as WhereOptions;
      const there = await queries.select(null, table, { where, transaction });
      if (there.length === 0) await queries.bulkInsert(table, [row], { transaction });
    },
  };
}

const TABLE = { charset: 'utf8mb4', collate: 'utf8mb4_bin', engine: 'InnoDB' };
