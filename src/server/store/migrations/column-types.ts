/** What MySQL and SQLite call the same type of column. */
export interface ColumnTypes {
  /** Ids, seqs, times in ms. In SQLite only INTEGER can be the row's own key. */
  readonly wide: string;
  readonly small: string;
  /** Text compared byte for byte, of at most `bytes`: keys that come from clients. VARCHAR would take `k` and `K ` for one. */
  key(bytes: number): string;
  /** Short text that is indexed nowhere or written by us. */
  word(characters: number): string;
  /** Text of any length; comes back byte for byte. */
  readonly text: string;
}

export type Dialect = 'mysql' | 'sqlite';

const MYSQL: ColumnTypes = {
  wide: 'BIGINT',
  small: 'INTEGER',
  key: (bytes) => `VARBINARY(${bytes})`,
  word: (characters) => `VARCHAR(${characters})`,
  text: 'MEDIUMTEXT',
};

// TEXT by name, not VARBINARY: that would have numeric affinity, and turn the key "007" into 7.
const SQLITE: ColumnTypes = {
  wide: 'INTEGER',
  small: 'INTEGER',
  key: () => 'TEXT',
  word: () => 'TEXT',
  text: 'TEXT',
};

export function columnTypes(dialect: Dialect): ColumnTypes {
  return dialect === 'mysql' ? MYSQL : SQLITE;
}
