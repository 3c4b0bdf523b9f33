import { expect, test } from 'vitest';
import { createContext } from '../../src/cli/create-context.ts';
import { type CommandError, toCommandError } from '../../src/cli/exit-codes.ts';
import { createProgram, type Invocation } from '../../src/cli/program.ts';

/**
 * Lines that are wrong whatever the server would say: commands find it themselves, before they look for one (here is
 * none). That `main` makes one line and exit 2 of it is told in admin-commands.test.ts.
 */
test.each([
  { line: 'send --to 2 --group all x', says: /--group/ },
  { line: 'send --to 2 x --url ws://127.0.0.1', says: /ws:/ },
  { line: 'token create 2 --expire soon', says: /soon/ },
  { line: 'kick 2 --for ever', says: /--for.*ever/ },
  { line: 'connection list --limit 0', says: /--limit.*0/ },
  { line: 'connection list queue>many', says: /queue/ },
  { line: 'connection list --sort size', says: /size/ },
  { line: 'connection get @alice', says: /@alice/ },
  { line: 'message list --before x', says: /--before.*x/ },
  { line: 'message recall dev x', says: /SEQ.*x/ },
  { line: 'audit list --before x', says: /--before.*x/ },
  { line: 'tail --user 2 --group dev', says: /--user.*--group/ },
  { line: 'tail --timeout soon', says: /--timeout.*soon/ },
])('chatd $line', async ({ line, says }) => {
  const refusal = await refusalOf(line.split(' '));
  expect({ exitCode: refusal.exitCode, code: refusal.code }).toEqual({ exitCode: 2, code: 'usage' });
  expect(refusal.text.en).toMatch(says);
  expect(refusal.text.zh).toMatch(/[一-鿿]/);
});

test('an empty message is one, too', async () => {
  expect(await refusalOf(['send', '--to', '2', ''])).toMatchObject({ exitCode: 2 });
});

async function refusalOf(argv: readonly string[]): Promise<CommandError> {
  const { spec, args, options, globals } = await parse(argv);
  const signal = new AbortController().signal;
  try {
    const context = await createContext({ options: globals, language: 'en', signal });
    await (await spec.load())(context, args, options);
  } catch (error) {
    return toCommandError(error);
  }
  throw new Error('it was not refused');
}

async function parse(argv: readonly string[]): Promise<Invocation> {
  const { promise, resolve, reject } = Promise.withResolvers<Invocation>();
  const program = createProgram({ language: 'en', version: '0', onCommand: resolve });
  program.parseAsync(argv, { from: 'user' }).catch(reject);
  return promise;
}
