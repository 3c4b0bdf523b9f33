/** `text` as it fits into a column of `characters`: records are cut rather than refused. NUL would end an SQL statement. */
export function columnText(text: string, characters: number): string {
  return [...text.toWellFormed().replaceAll('\0', '')].slice(0, characters).join('');
}
