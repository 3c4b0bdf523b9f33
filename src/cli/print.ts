import type { Language } from '../protocol/error-codes.ts';
import { visibleJson, visibleText } from '../protocol/visible-text.ts';
import type { Bilingual, CommandError } from './exit-codes.ts';

/**
 * The only way a command writes. Data goes to stdout, everything else to stderr; with `--json` data is one object a
 * line. All text is made visible on its way: nothing in it can move the cursor or forge a line.
 */
export interface Print {
  /** A list: a table on a terminal, tab-separated without a head elsewhere, an object a line with `--json`. */
  rows<Row extends object>(columns: readonly Column<Row>[], rows: readonly Row[]): void;
  /** One row of a list that has no end: on a terminal in columns of their own `width`, otherwise as in rows(). */
  row<Row extends object>(columns: readonly Column<Row>[], row: Row): void;
  /** One thing and all that is known of it, a line a field: title and value, a tab between them off a terminal. An empty line before the next. */
  details<Row extends object>(fields: readonly Field<Row>[], row: Row): void;
  /** One thing done or found: its line for people, or the object with `--json`. */
  result(text: Bilingual | string, record: object): void;
  /** What is JSON in itself, whether or not `--json` was asked for: indented. */
  document(value: object): void;
  /** One line for people on stderr; nothing with `-q`. */
  note(text: Bilingual | string): void;
  /** What ended the command, on stderr: one line, or one JSON object. */
  error(error: CommandError): void;
}

export interface Column<Row> {
  readonly title: Bilingual;
  readonly value: (row: Row) => string | number;
  /** Numbers that are compared stand to the right. */
  readonly align?: 'right';
  /** Of row(): at least so many columns. */
  readonly width?: number;
}

export interface Field<Row> {
  readonly title: Bilingual;
  /** Several are a line each; undefined is left out. */
  readonly value: (row: Row) => string | number | readonly string[] | undefined;
}

export interface PrintOptions {
  readonly language: Language;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly stdout: Output;
  readonly stderr: Output;
  /** How many columns of a terminal a text takes: for Chinese names and emoji to stay aligned. Asked only where stdout is one. */
  readonly widthOf?: (text: string) => number;
}

/** As much of a stream as printing needs. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export function createPrint(options: PrintOptions): Print {
  const { language, json, quiet, stdout, stderr, widthOf = (text) => text.length } = options;
  const inLanguage = (text: Bilingual | string) =>
    visibleText(typeof text === 'string' ? text : text[language]);
  const writeObject = (to: Output, value: object) => to.write(`${visibleJson(JSON.stringify(value))}\n`);
  let isFirst = true;
  return {
    rows(columns, rows) {
      if (json) for (const row of rows) writeObject(stdout, row);
      else stdout.write(stdout.isTTY ? toTable(columns, rows, language, widthOf) : toTabs(columns, rows));
    },
    row(columns, row) {
      if (json) writeObject(stdout, row);
      else stdout.write(stdout.isTTY ? toSpacedLine(columns, row, widthOf) : toTabs(columns, [row]));
    },
    details(fields, row) {
      if (json) return void writeObject(stdout, row);
      const lines = stdout.isTTY
        ? toTitledLines(toFields(fields, row, language), widthOf)
        : toFields(fields, row, 'tabs')
            .map((line) => `${line.join('\t')}\n`)
            .join('');
      stdout.write(isFirst ? lines : `\n${lines}`);
      isFirst = false;
    },
    result(text, record) {
      if (json) writeObject(stdout, record);
      else stdout.write(`${inLanguage(text)}\n`);
    },
    document(value) {
      // Line by line: the line ends are ours.
      for (const line of JSON.stringify(value, undefined, 2).split('\n'))
        stdout.write(`${visibleJson(line)}\n`);
    },
    note(text) {
      if (!quiet) stderr.write(`${inLanguage(text)}\n`);
    },
    error(error) {
      if (json) writeObject(stderr, { code: error.code, error: error.text[language] });
      else stderr.write(`${inLanguage(error.text)}\n`);
    },
  };
}

function toTabs<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return rows.map((row) => `${columns.map((column) => cell(column, row)).join('\t')}\n`).join('');
}

type WidthOf = (text: string) => number;

function toTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  language: Language,
  widthOf: WidthOf,
): string {
  const texts = columns.map((column) => [column.title[language], ...rows.map((row) => cell(column, row))]);
  const padded = texts.map((column, index) => padColumn(column, widthOf, columns[index]?.align === 'right'));
  const lines = Array.from({ length: rows.length + 1 }, (_, line) =>
    padded.map((column) => column[line]).join('  '),
  );
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function padColumn(texts: readonly string[], widthOf: WidthOf, right = false): readonly string[] {
  const width = Math.max(...texts.map((text) => widthOf(text)));
  return texts.map((text) => {
    const space = ' '.repeat(width - widthOf(text));
    return right ? space + text : text + space;
  });
}

function toSpacedLine<Row>(columns: readonly Column<Row>[], row: Row, widthOf: WidthOf): string {
  const texts = columns.map((column) => {
    const text = cell(column, row);
    return text + ' '.repeat(Math.max(0, (column.width ?? 0) - widthOf(text)));
  });
  return `${texts.join('  ').trimEnd()}\n`;
}

/** Title and text, a pair a line. */
type Pairs = readonly (readonly [string, string])[];

function toFields<Row>(fields: readonly Field<Row>[], row: Row, style: Language | 'tabs'): Pairs {
  return fields.flatMap(({ title, value }) => {
    const values = [value(row) ?? []].flat().map((text) => visibleText(String(text)));
    return values.map(
      (text, index) =>
        [style === 'tabs' ? title.en.toLowerCase() : index === 0 ? title[style] : '', text] as const,
    );
  });
}

function toTitledLines(pairs: Pairs, widthOf: WidthOf): string {
  const titles = padColumn(
    pairs.map(([title]) => title),
    widthOf,
  );
  return pairs.map(([, text], index) => `${titles[index]}  ${text}`.trimEnd() + '\n').join('');
}

function cell<Row>(column: Column<Row>, row: Row): string {
  return visibleText(String(column.value(row)));
}
