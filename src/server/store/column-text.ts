/** `text` as it fits into a column of `characters`: records are cut rather than refused. NUL would end an SQL statement. */
export function columnText(text: string, characters: number): string {
  // Nearly all of it does: this is asked of every connection.
  if (text.length <= characters && text.isWellFormed() && !text.includes('\0')) return text;
  return [...text.toWellFormed().replaceAll('\0', '')].slice(0, characters).join('');
}
