import { type Load, openLoad } from '../../../src/cli/bench/load.ts';
import type { LoadConversation, RunTimes } from '../../../src/cli/bench/load-order.ts';
import type { Figures } from '../figures.ts';
import { latencyFigures } from '../figures.ts';
import { Stopwatch } from '../stopwatch.ts';
import type { Conversation } from './conversations.ts';
import type { SizedServer } from './sized-server.ts';

export interface SendPlan extends RunTimes {
  readonly conversations: readonly Conversation[];
  /** Of all together, in flight. */
  readonly window: number;
  /** Messages a second of all together; 0: as fast as acks come. */
  readonly rate: number;
}

/** Bytes of content. */
const SIZE = 100;

/** All users are connected; messages go into conversations drawn at random, each time from the same member of it. */
export async function measureSending(server: SizedServer, plan: SendPlan): Promise<Figures> {
  const { clients, chatd } = server;
  const { rate, window } = plan;
  const load = await openLoad({
    dialect: 'chatd',
    url: chatd.ws,
    clients,
    size: SIZE,
    processes: 1,
    isDrawn: true,
    rate,
    window,
    conversations: plan.conversations.map(toLoad),
  });
  try {
    await openAll(load, clients.length);
    const watch = new Stopwatch(server);
    const report = await load.run({ ...plan, onProgress: ({ at }) => watch.mark(at) });
    const { ackedInTime, messagesPerSecond, lost, duplicated, outOfOrder, unanswered, refused } = report;
    return {
      messagesPerSecond,
      cpuUsPerMessage: watch.cpuUs / ackedInTime,
      databaseUsPerMessage: (watch.databaseMs * 1000) / ackedInTime,
      ...latencyFigures(report.delivery),
      readKib: watch.readBytes / 1024 / ackedInTime,
      writtenKib: watch.writtenBytes / 1024 / ackedInTime,
      lost,
      duplicated,
      outOfOrder,
      unanswered,
      refused,
    };
  } finally {
    await load.close();
  }
}

function toLoad({ id, isGroup, members, no }: Conversation): LoadConversation {
  const clients = members.map((userId) => userId - 1);
  const sender = clients[no % clients.length] ?? 0;
  return { ...(isGroup && { group: id }), members: clients, senders: [sender] };
}

async function openAll(load: Load, users: number): Promise<void> {
  const { open, errors } = await load.connect();
  if (open !== users) throw new Error(`${open} of ${users} connections: ${JSON.stringify(errors)}`);
}
