import { auditOf, type Audit } from './audit.ts';
import { startChatd } from './chatd.ts';
import type { Engine } from './databases.ts';
import { everybodyToEverybody } from './people.ts';
import { Traffic } from './traffic.ts';

/** A server under steady traffic that is killed again and again; the clients send again what was not acked. */
export interface CrashScene {
  /** Goes on for a random while (up to 0.8 s of traffic), then SIGKILL, and a restart on the same data. */
  round(): Promise<void>;
  /** Lets the clients get an ack for everything they sent, and holds the acks against the database. */
  audit(): Promise<Audit>;
  close(): Promise<void>;
}

export interface CrashOptions {
  readonly perSecond: number;
  /** A moment between 0 and 1, for each round anew. */
  readonly random: () => number;
}

export async function openCrashScene(
  engine: Engine,
  { perSecond, random }: CrashOptions,
): Promise<CrashScene> {
  const database = await engine.createDatabase();
  let chatd = await startChatd({ dsn: database.dsn });
  const lines = await everybodyToEverybody(chatd);
  const traffic = new Traffic(chatd, lines, { perSecond, resends: true });
  await traffic.start();
  const goOnFor = async (seconds: number) => {
    const enough = traffic.acked.size + Math.ceil(perSecond * seconds);
    await traffic.until(({ acked }) => acked.size >= enough, 15_000);
  };
  return {
    async round() {
      await goOnFor(0.2 + 0.6 * random());
      await chatd.stop('SIGKILL');
      chatd = await chatd.restart();
    },
    async audit() {
      await goOnFor(0.5);
      traffic.pause();
      await traffic.until(({ unanswered }) => unanswered === 0, 15_000);
      return auditOf(traffic, lines);
    },
    async close() {
      await traffic.stop();
      await chatd.dispose();
      await database.drop();
    },
  };
}
