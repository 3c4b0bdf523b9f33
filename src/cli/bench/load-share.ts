import { LEAVING } from './client-frame.ts';
import { nowUs } from './clock.ts';
import { Connection, type ConnectionEars } from './connection.ts';
import { DIALECTS, messageText } from './dialects.ts';
import { createHistogram, encodeHistogram, recordUs } from './latencies.ts';
import { Ledger } from './ledger.ts';
import type { Churned, Counts, FullTally, LoadOrder, LoadTimes, Tally } from './load-order.ts';
import { numberAt, streamAt, timeAt } from './mark.ts';
import { DrawnStreams, sendAtRate, SendingStream } from './sending.ts';
import { otherOf, Places, planStreams, type Receiver, type StreamPlan } from './streams.ts';

/** What one process of the load does: a share of the clients, what they send, and a look at all they get. */
export class LoadShare {
  readonly #order: LoadOrder;
  readonly #url: URL;
  readonly #hasSeq: boolean;
  readonly #mine: readonly number[];
  readonly #plans: readonly StreamPlan[];
  readonly #places: Places;
  readonly #ledger: Ledger;
  readonly #lastSeq: Float64Array;
  readonly #streams: SendingStream[] = [];
  /** By the number of the stream. */
  readonly #streamOf: (SendingStream | undefined)[] = [];
  /** Undefined: each stream has a window of its own, or there is a rate. */
  readonly #drawn: DrawnStreams | undefined;
  readonly #errors: Record<string, number> = {};
  readonly #ack = createHistogram();
  readonly #delivery = createHistogram();
  #times: LoadTimes = { begin: 0, from: 0, until: 0 };
  #ackedInTime = 0;
  #deliveredInTime = 0;
  /** When what is being looked at came; 0: it has not been asked. */
  #now = 0;

  constructor(order: LoadOrder, share: number) {
    this.#order = order;
    this.#url = new URL(order.url);
    this.#hasSeq = DIALECTS[order.dialect].hasSeq;
    const isMine = (client: number) => client % order.processes === share;
    this.#mine = order.clients.map((_client, index) => index).filter(isMine);
    this.#plans = planStreams(order);
    this.#places = new Places(order, this.#plans, isMine);
    this.#ledger = new Ledger(this.#places.count);
    this.#lastSeq = new Float64Array(this.#places.count);
    const { isDrawn = false, rate, window } = order;
    if (isDrawn && rate === 0) this.#drawn = new DrawnStreams(this.#streams, window);
  }

  /** Opens all connections, `atOnce` of them at a time. */
  async connect(atOnce: number): Promise<{ open: number; failed: number; errors: Counts }> {
    const groups = groupsOf(this.#order);
    const plansOf = bySender(this.#plans);
    const waiting = this.#mine.values();
    const errors: Record<string, number> = {};
    let open = 0;
    const openNext = async () => {
      for (const index of waiting) {
        try {
          await this.#open(index, groups.get(index), plansOf.get(index) ?? []);
          open += 1;
        } catch (error) {
          count(errors, error instanceof Error ? error.message : String(error));
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, openNext));
    return { open, failed: this.#mine.length - open, errors };
  }

  /**
   * Connects and leaves again until the time is over, `atOnce` at a time. Let in is who may leave: whoever is refused
   * hears another code than his own.
   */
  async churn(atOnce: number, times: LoadTimes): Promise<Churned> {
    this.#times = times;
    const groups = groupsOf(this.#order);
    const errors: Record<string, number> = {};
    const [openMs, result] = [createHistogram(), { inTime: 0, failed: 0 }];
    let turn = 0;
    const comeAndGo = async () => {
      while (nowUs() < times.until) {
        const index = this.#mine[turn % this.#mine.length] ?? 0;
        turn += 1;
        const begun = nowUs();
        const ended = await this.#visit(index, groups.get(index));
        const isLetIn = typeof ended === 'number';
        if (!isLetIn) count(errors, ended);
        if (!isLetIn) result.failed += 1;
        else if (this.#isInTime(ended)) result.inTime += 1;
        if (isLetIn && this.#isInTime(begun)) recordUs(openMs, ended - begun);
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, this.#mine.length) }, comeAndGo));
    return { ...result, errors, open: encodeHistogram(openMs) };
  }

  /** Begins to send. */
  send(times: LoadTimes): void {
    this.#times = times;
    const { rate, isDrawn = false } = this.#order;
    if (rate > 0) {
      const perSecond = (rate * this.#streams.length) / this.#plans.length;
      return sendAtRate(this.#streams, { perSecond, isDrawn }, times);
    }
    if (this.#drawn !== undefined) return this.#drawn.begin(times.until);
    for (const stream of this.#streams) stream.begin(times.until);
  }

  /** Whether everything was sent and answered. */
  get isFinished(): boolean {
    return (
      nowUs() >= this.#times.until &&
      this.#streams.every(({ sent, acked, refused }) => sent === acked + refused)
    );
  }

  tally(): Tally {
    const sum = (value: (stream: SendingStream) => number) =>
      this.#streams.reduce((total, stream) => total + value(stream), 0);
    return {
      sent: sum(({ sent }) => sent),
      acked: sum(({ acked }) => acked),
      refused: sum(({ refused }) => refused),
      owed: sum(({ acked, receivers }) => acked * receivers),
      delivered: this.#ledger.delivered,
      ackedInTime: this.#ackedInTime,
      deliveredInTime: this.#deliveredInTime,
    };
  }

  fullTally(): FullTally {
    const { duplicated, outOfOrder } = this.#ledger;
    return {
      ...this.tally(),
      duplicated,
      outOfOrder,
      errors: this.#errors,
      ack: encodeHistogram(this.#ack),
      delivery: encodeHistogram(this.#delivery),
    };
  }

  /** When it was let in; or why it was not. */
  async #visit(index: number, group: string | undefined): Promise<number | string> {
    const client = this.#order.clients[index] ?? { user: '', token: '' };
    const speech = DIALECTS[this.#order.dialect];
    try {
      const ears = this.#ears(this.#places.of(index), []);
      const connection = await Connection.open({ url: this.#url, speech, client, index, group, ears });
      const letInAt = nowUs();
      connection.socket.close();
      const reason = await connection.ended;
      return reason === String(LEAVING) ? letInAt : reason;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async #open(index: number, group: string | undefined, plans: readonly StreamPlan[]): Promise<void> {
    const client = this.#order.clients[index];
    if (client === undefined) return;
    const own: SendingStream[] = [];
    const speech = DIALECTS[this.#order.dialect];
    const ears = this.#ears(this.#places.of(index), own);
    const connection = await Connection.open({ url: this.#url, speech, client, index, group, ears });
    for (const plan of plans) own.push(this.#addStream(plan, connection));
  }

  #addStream({ stream, sender, conversation, receivers }: StreamPlan, connection: Connection): SendingStream {
    const { conversations, clients, dialect, size, rate, window } = this.#order;
    const place = conversations[conversation] ?? { members: [], senders: [] };
    const recvId = place.group === undefined ? (clients[otherOf(place, sender)]?.user ?? '') : '';
    const text = messageText(DIALECTS[dialect], { conversation: place, recvId, stream, size });
    const outlet = connection.socket;
    const hasOwnWindow = rate === 0 && this.#drawn === undefined;
    const made = new SendingStream({ text, outlet, receivers, sender, window: hasOwnWindow ? window : 0 });
    this.#streamOf[stream] = made;
    this.#streams.push(made);
    return made;
  }

  #ears(receiver: Receiver, own: readonly SendingStream[]): ConnectionEars {
    return {
      onDelivery: (bytes, mark) => this.#delivered(receiver, bytes, mark),
      onAck: (bytes, mark) => this.#acked(bytes, mark),
      onRefusal: (bytes, mark, code) => {
        count(this.#errors, code);
        if (mark === -1) return;
        this.#streamOf[streamAt(bytes, mark)]?.takeRefusal();
        this.#drawn?.answered();
      },
      onPause: () => {
        if (this.#drawn !== undefined) this.#drawn.fill(this.#time());
        else for (const stream of own) stream.fill(this.#time());
        this.#now = 0;
      },
      onEnd: (reason) => count(this.#errors, `closed ${reason}`),
    };
  }

  #acked(bytes: Buffer, mark: number): void {
    const stream = this.#streamOf[streamAt(bytes, mark)];
    if (stream === undefined) return count(this.#errors, 'ack_for_another');
    stream.acked += 1;
    this.#drawn?.answered();
    if (this.#isInTime(this.#time())) this.#ackedInTime += 1;
    const sentAt = timeAt(bytes, mark);
    if (this.#isInTime(sentAt)) recordUs(this.#ack, this.#time() - sentAt);
  }

  #delivered(receiver: Receiver, bytes: Buffer, mark: number): void {
    const stream = streamAt(bytes, mark);
    const place = this.#places.placeOf(receiver, stream, this.#plans[stream]?.sender ?? -1);
    if (place === -1) return count(this.#errors, 'delivered_to_another');
    const taken = this.#ledger.take(place, numberAt(bytes, mark));
    if (taken === 'again') return;
    if (taken === 'next' && this.#hasSeq) {
      this.#checkSeq(receiver, stream, seqAfter(bytes, mark + this.#order.size));
    }
    if (this.#isInTime(this.#time())) this.#deliveredInTime += 1;
    const sentAt = timeAt(bytes, mark);
    if (this.#isInTime(sentAt)) recordUs(this.#delivery, this.#time() - sentAt);
  }

  /** Numbers tell of one sender; the order of several in a conversation is the server's to say. */
  #checkSeq(receiver: Receiver, stream: number, seq: number): void {
    const at = this.#places.baseOf(receiver, stream);
    const last = this.#lastSeq[at] ?? 0;
    if (seq <= last) this.#ledger.outOfOrder += 1;
    this.#lastSeq[at] = seq;
  }

  #isInTime(time: number): boolean {
    return time >= this.#times.from && time < this.#times.until;
  }

  #time(): number {
    if (this.#now === 0) this.#now = nowUs();
    return this.#now;
  }
}

function groupsOf({ conversations }: LoadOrder): ReadonlyMap<number, string> {
  return new Map(
    conversations.flatMap(({ group, members }) =>
      group === undefined ? [] : members.map((member): [number, string] => [member, group]),
    ),
  );
}

function bySender(plans: readonly StreamPlan[]): ReadonlyMap<number, readonly StreamPlan[]> {
  const found = new Map<number, StreamPlan[]>();
  for (const plan of plans) {
    const own = found.get(plan.sender);
    if (own === undefined) found.set(plan.sender, [plan]);
    else own.push(plan);
  }
  return found;
}

function count(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}

const AFTER_CONTENT = '","contentType":1,"id":"'.length;
const AFTER_ID = '","seq":'.length;
const QUOTE = 0x22;
const [ZERO, NINE] = [0x30, 0x39];

/** The seq of a message whose content ends at `end`. */
function seqAfter(bytes: Buffer, end: number): number {
  let at = end + AFTER_CONTENT;
  while (bytes[at] !== QUOTE && at < bytes.length) at += 1;
  at += AFTER_ID;
  let seq = 0;
  for (; ; at += 1) {
    const digit = bytes[at] ?? 0;
    if (digit < ZERO || digit > NINE) return seq;
    seq = seq * 10 + digit - ZERO;
  }
}
