/** To the clipboard; also on a page of plain http, where browsers offer no clipboard. */
export async function copyText(content: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(content);
  } catch {
    copyBySelection(content);
  }
}

function copyBySelection(content: string): void {
  const field = document.createElement('textarea');
  field.value = content;
  field.className = 'sr';
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
