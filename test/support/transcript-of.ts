/** Commands and what they print, as a document shows them: fenced ```console blocks, `$ ` before a command. */

/** One command of a transcript and the lines it is shown to print. */
export interface Step {
  readonly command: string;
  readonly prints: readonly string[];
}

/** The ```console blocks after `heading`, up to the next heading of the same depth; a block is one terminal. */
export function transcriptsAfter(text: string, heading: string): readonly (readonly Step[])[] {
  const from = text.indexOf(`\n${heading}\n`);
  if (from === -1) throw new Error(`no heading ${heading}`);
  const depth = /^#+/.exec(heading)?.[0] ?? '#';
  const rest = text.slice(from + heading.length + 2);
  const end = rest.search(new RegExp(`^${depth} `, 'm'));
  const section = end === -1 ? rest : rest.slice(0, end);
  return [...section.matchAll(/```console\n([\s\S]*?)```/g)].map((match) => toSteps(match[1] ?? ''));
}

/** Every line a reader would type: of all fenced blocks, without comments and output. */
export function runnableLines(text: string): readonly string[] {
  return [...text.matchAll(/```(sh|console|yaml)\n([\s\S]*?)```/g)].flatMap(([, language, block = '']) => {
    const lines = block.split('\n').filter((line) => line !== '');
    if (language === 'console') return lines.filter((line) => /^[$>] /.test(line));
    return lines.map((line) => line.replace(/\s*#.*$/, '')).filter((line) => line !== '');
  });
}

function toSteps(block: string): Step[] {
  const steps: { command: string; prints: string[] }[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), prints: [] });
    else if (line !== '') steps.at(-1)?.prints.push(line);
  }
  return steps;
}
