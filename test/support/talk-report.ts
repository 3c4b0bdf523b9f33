/** Where a talker writes. */
export type Target =
  | { readonly chatType: 1; readonly conversationId: string }
  | { readonly chatType: 2; readonly recvId: string };

/** A message as a talker heard it. */
export interface Heard {
  readonly conversationId: string;
  readonly sendId: string;
  readonly seq: number;
  readonly id: string;
  readonly content: string;
}

/** One send and what its promise said, in the order of the calls. */
export interface Said {
  readonly target: Target;
  readonly content: string;
  /** Of an ack; undefined as long as there is no outcome, and for a refusal. */
  readonly ack?: { readonly conversationId: string; readonly seq: number; readonly id: string };
  /** The code of a refusal. */
  readonly refused?: string;
}

export interface TalkReport {
  readonly said: readonly Said[];
  readonly heard: readonly Heard[];
}

/** The truth to hold reports against: a conversation's history as the server tells it. */
export interface History {
  readonly conversationId: string;
  readonly members: readonly string[];
  readonly isGroup: boolean;
  readonly messages: readonly Heard[];
  /** What is not after this seq was there before the talk. */
  readonly began: number;
}

/**
 * What is wrong, in words; empty if every message arrived once and in order at everybody, every send has the outcome that
 * is true, and what one talker sent to a conversation stands there in the order of his calls.
 */
export function faultsIn(
  reports: ReadonlyMap<string, TalkReport>,
  histories: readonly History[],
): readonly string[] {
  const outcomes = [...reports].flatMap(([userId, { said }]) =>
    said.flatMap((one) => falseOutcome(one).map((fault) => `user ${userId}: ${fault}`)),
  );
  const inConversations = histories.flatMap((history) =>
    history.members.flatMap((userId) => {
      const report = reports.get(userId);
      if (report === undefined) return [`no report of ${userId}`];
      const name = `user ${userId} in ${history.conversationId}`;
      return [...hearingFaults(userId, report, history), ...outcomeFaults(userId, report, history)].map(
        (fault) => `${name}: ${fault}`,
      );
    }),
  );
  return [...outcomes, ...inConversations];
}

/** A content that begins with a code must have been refused with it, any other must have been acked. */
function falseOutcome({ content, ack, refused }: Said): readonly string[] {
  const [expected = ''] = /^[a-z]+_\w+/.exec(content) ?? [];
  if (ack === undefined && refused === undefined) return [`"${content}" has no outcome`];
  return (refused ?? '') === expected ? [] : [`"${content}": ${refused ?? 'acked'}`];
}

function hearingFaults(userId: string, { heard, said }: TalkReport, history: History): readonly string[] {
  const faults: string[] = [];
  const here = heard.filter(({ conversationId }) => conversationId === history.conversationId);
  here.forEach((message, at) => {
    const before = here[at - 1];
    if (before !== undefined && before.seq >= message.seq) faults.push(`${message.seq} after ${before.seq}`);
    const stored = history.messages[message.seq - 1];
    if (stored?.id !== message.id || stored.content !== message.content)
      faults.push(`${message.seq} is not what is stored`);
  });
  // Of a private conversation one's own may be known by the ack alone.
  const known = new Set(here.map(({ seq }) => seq));
  if (!history.isGroup)
    for (const { ack } of said) if (ack?.conversationId === history.conversationId) known.add(ack.seq);
  for (const { seq, sendId } of history.messages.slice(history.began))
    if (!known.has(seq)) faults.push(`never heard of ${seq}${sendId === userId ? ', his own' : ''}`);
  return faults;
}

function outcomeFaults(userId: string, { said }: TalkReport, history: History): readonly string[] {
  const faults: string[] = [];
  const own = history.messages.filter(({ seq, sendId }) => seq > history.began && sendId === userId);
  const acked = said.filter(({ ack }) => ack?.conversationId === history.conversationId);
  for (const { content, ack } of acked) {
    const stored = history.messages[(ack?.seq ?? 0) - 1];
    if (stored?.content !== content || stored.id !== ack?.id)
      faults.push(`"${content}" was acked as ${ack?.seq}, where "${stored?.content}" is`);
  }
  const [calls, stored] = [acked.map(({ content }) => content), own.map(({ content }) => content)];
  if (calls.join('\n') !== stored.join('\n'))
    faults.push(`sent ${calls.length}, stored ${stored.length}, or in another order`);
  return faults;
}
