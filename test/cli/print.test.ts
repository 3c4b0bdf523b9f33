import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { CommandError, EXIT } from '../../src/cli/exit-codes.ts';
import { type Column, createPrint, type Field, type PrintOptions } from '../../src/cli/print.ts';

function createTestPrint(options: Partial<PrintOptions> & { readonly isTTY?: boolean } = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const print = createPrint({
    language: 'en',
    json: false,
    quiet: false,
    stdout: { isTTY: options.isTTY ?? false, write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    widthOf: stringWidth,
    ...options,
  });
  return { print, out: () => out.join(''), err: () => err.join('') };
}

interface Person {
  readonly id: number;
  readonly name: string;
}

const COLUMNS: readonly Column<Person>[] = [
  { title: { en: 'ID', zh: '编号' }, value: ({ id }) => id, align: 'right' },
  { title: { en: 'NAME', zh: '名字' }, value: ({ name }) => name },
  { title: { en: 'LEN', zh: '长度' }, value: ({ name }) => name.length },
];
const PEOPLE: readonly Person[] = [
  { id: 2, name: '王小明' },
  { id: 1043, name: 'a\tb\n\x1b[31m' },
];

test('a table on a terminal, aligned by what the terminal shows', () => {
  const { print, out } = createTestPrint({ isTTY: true });
  print.rows(COLUMNS, PEOPLE);
  expect(out()).toBe('  ID  NAME       LEN\n   2  王小明     3\n1043  a␉b␊␛[31m  9\n');
});

test('heads in the language of the reader', () => {
  const { print, out } = createTestPrint({ isTTY: true, language: 'zh' });
  print.rows(COLUMNS, []);
  expect(out()).toBe('编号  名字  长度\n');
});

test('tab-separated elsewhere, without a head: a tab in a name is not one', () => {
  const { print, out } = createTestPrint();
  print.rows(COLUMNS, PEOPLE);
  expect(out()).toBe('2\t王小明\t3\n1043\ta␉b␊␛[31m\t9\n');
});

test('--json: an object a line, the text whole but harmless', () => {
  const { print, out } = createTestPrint({ json: true });
  print.rows(COLUMNS, [{ id: 1, name: 'x\u202e\u009b\n' }]);
  expect(out()).toBe('{"id":1,"name":"x\\u202e\\u009b\\n"}\n');
});

const FIELDS: readonly Field<Person>[] = [
  { title: { en: 'NAME', zh: '名字' }, value: ({ name }) => name },
  { title: { en: 'GROUPS', zh: '群组' }, value: () => ['dev', 'a\nb'] },
  { title: { en: 'BANNED', zh: '封禁' }, value: () => undefined },
];

test('details: a line a field, several values below each other, what is absent left out', () => {
  const terminal = createTestPrint({ isTTY: true, language: 'zh' });
  terminal.print.details(FIELDS, { id: 1, name: '王\x1b' });
  expect(terminal.out()).toBe('名字  王␛\n群组  dev\n      a␊b\n');
  const elsewhere = createTestPrint();
  for (const name of ['a', 'b']) elsewhere.print.details(FIELDS, { id: 1, name });
  expect(elsewhere.out()).toBe('name\ta\ngroups\tdev\ngroups\ta␊b\n\nname\tb\ngroups\tdev\ngroups\ta␊b\n');
});

test('rows that come one by one have columns of a width of their own', () => {
  const columns = COLUMNS.map((column) => ({ ...column, width: 6 }));
  const terminal = createTestPrint({ isTTY: true });
  for (const row of PEOPLE) terminal.print.row(columns, row);
  expect(terminal.out()).toBe('2       王小明  3\n1043    a␉b␊␛[31m  9\n');
  const elsewhere = createTestPrint();
  elsewhere.print.row(columns, { id: 1, name: 'x' });
  expect(elsewhere.out()).toBe('1\tx\t1\n');
});

test('results, remarks and errors', () => {
  const { print, out, err } = createTestPrint({ language: 'zh' });
  print.result({ en: 'done', zh: '完成' }, { ok: true });
  print.note('a\x07');
  print.error(new CommandError(EXIT.refused, 'not_found', { en: 'no', zh: '没有\x1b' }));
  expect(out()).toBe('完成\n');
  expect(err()).toBe('a␇\n没有␛\n');
});

test('--json and -q', () => {
  const { print, out, err } = createTestPrint({ json: true, quiet: true });
  print.result('done', { ok: true });
  print.note('unheard');
  print.error(new CommandError(EXIT.refused, 'not_found', { en: 'no\u200b', zh: '没有' }));
  expect(out()).toBe('{"ok":true}\n');
  expect(err()).toBe('{"code":"not_found","error":"no\\u200b"}\n');
});
