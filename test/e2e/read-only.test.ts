import { describe, expect, onTestFinished, test } from 'vitest';
import { startChatd } from '../support/chatd.ts';
import { engines, runSql } from '../support/databases.ts';
import { startPrivateMariadb } from '../support/mariadb.ts';
import { registerAll } from '../support/people.ts';

/** A database that takes no writes, as after a fail-over: its own server, since all of it becomes read-only. */
describe.each(engines().filter(({ name }) => name === 'MariaDB'))('a read-only $name', () => {
  test('what is stored can still be read', async () => {
    const mariadb = await startPrivateMariadb();
    onTestFinished(() => mariadb.stop());
    const root = mariadb.dsn('');
    await runSql(root, "CREATE USER app@'127.0.0.1' IDENTIFIED BY 'secret'");
    await runSql(root, "GRANT ALL ON chatd.* TO app@'127.0.0.1'");
    const chatd = await startChatd({ dsn: mariadb.dsn('chatd').replace('root:', 'app:secret') });
    onTestFinished(() => chatd.dispose());
    const [alice, bob] = await registerAll(chatd, ['alice', 'bob']);
    const fromAlice = await alice?.connect();
    const hello = { chatType: 2, recvId: bob?.id, content: 'hello', contentType: 1, clientMsgId: 'k' };
    expect(await fromAlice?.ask(hello)).toMatchObject({ type: 'ack', seq: 1 });
    await runSql(root, 'SET GLOBAL read_only = 1');
    expect(await bob?.request(`GET /v1/chat/messages?targetUserId=${alice?.id}&chatType=2`)).toMatchObject({
      code: 200,
      data: { list: [{ content: 'hello' }] },
    });
    await chatd.stop();
    await expect(chatd.restart()).rejects.toThrow(/MySQL app@.*chatd takes no writes/);
  });
});
