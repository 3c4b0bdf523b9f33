import type { DeliveredTo, DeliveryReport } from '../../protocol/admin-records.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { LiveConnections } from '../chat/connection-ports.ts';
import type { Session } from '../chat/ports.ts';

/** One message on its way to who has to have it for sure. */
export interface AwaitedDelivery {
  /** For Delivery: probes each connection behind what was just written to it. */
  readonly onDelivered: (sessions: readonly Session[]) => void;
  /** Resolves when all have answered or gone, or the time is over; undefined if it was not even written by then. */
  report(): Promise<DeliveryReport | undefined>;
}

const MAX_LISTED = 100;

/** `authorId`: his own connections are not asked. */
export function awaitDelivery(
  connections: Pick<LiveConnections, 'get'>,
  { authorId, waitMs }: { readonly authorId: UserId; readonly waitMs: number },
): AwaitedDelivery {
  const written = Promise.withResolvers<Promise<DeliveredTo>[]>();

  async function probe(session: Session): Promise<DeliveredTo> {
    const { id, userId, client } = session;
    const connection = connections.get(id);
    const name = connection?.name ?? '';
    const ms = await connection?.probe(waitMs);
    const to = { connection: id, user: { id: String(userId), name }, client };
    return ms === undefined ? to : { ...to, afterMs: toTenths(ms) };
  }

  return {
    onDelivered(sessions) {
      written.resolve(sessions.filter(({ userId }) => userId !== authorId).map(probe));
    },
    async report() {
      const probes = await within(waitMs, written.promise);
      return probes === undefined ? undefined : toReport(await Promise.all(probes));
    },
  };
}

/** ms with one decimal: more is noise. */
export function toTenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function toReport(answers: readonly DeliveredTo[]): DeliveryReport {
  const missed = answers.filter(({ afterMs }) => afterMs === undefined);
  const delivered = answers.filter(({ afterMs }) => afterMs !== undefined);
  return {
    delivered: delivered.length,
    missed: missed.length,
    connections: [...missed, ...delivered].slice(0, MAX_LISTED),
  };
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
