/** Where a talker writes. */
export type Target =
  | { readonly chatType: 1; readonly conversationId: string }
  | { readonly chatType: 2; readonly recvId: string };

/** A message's place. */
export interface Place {
  readonly conversationId: string;
  readonly seq: number;
}

/** A message as a talker heard it, or as the server has it. */
export interface Heard extends Place {
  readonly sendId: string;
  readonly id: string;
  readonly content: string;
  readonly recalled?: true;
}

/** One send and what its promise said, in the order of the calls. */
export interface Said {
  readonly target: Target;
  readonly content: string;
  /** Of an ack; undefined as long as there is no outcome, and for a refusal. */
  readonly ack?: Place & { readonly id: string };
  /** The code of a refusal. */
  readonly refused?: string;
}

export interface TalkReport {
  readonly userId: string;
  readonly said: readonly Said[];
  readonly heard: readonly Heard[];
  /** What he was told is taken back. */
  readonly recalled: readonly Place[];
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
 * is true, what one talker sent to a conversation stands there in the order of his calls, and everybody knows what was
 * taken back.
 */
export function faultsIn(reports: readonly TalkReport[], histories: readonly History[]): readonly string[] {
  const faults = reports.flatMap((report, at) => {
    const his = histories.filter(({ members }) => members.includes(report.userId));
    return [
      ...report.said.flatMap(falseOutcome),
      ...his.flatMap((history) => [...hearingFaults(report, history), ...orderFaults(report, history)]),
    ].map((fault) => `talker ${at + 1}, user ${report.userId}: ${fault}`);
  });
  return [...faults, ...histories.flatMap((history) => strangers(reports, history))];
}

/** A content that begins with a code must have been refused with it, any other must have been acked. */
function falseOutcome({ content, ack, refused }: Said): readonly string[] {
  const [expected = ''] = /^[a-z]+_\w+/.exec(content) ?? [];
  if (ack === undefined && refused === undefined) return [`"${content}" has no outcome`];
  return (refused ?? '') === expected ? [] : [`"${content}": ${refused ?? 'acked'}`];
}

function hearingFaults({ userId, said, heard, recalled }: TalkReport, history: History): readonly string[] {
  const { conversationId, isGroup, began, messages } = history;
  const faults: string[] = [];
  const isHere = (place: Place) => place.conversationId === conversationId;
  const here = heard.filter(isHere);
  here.forEach((message, at) => {
    const before = here[at - 1];
    if (before !== undefined && before.seq >= message.seq) faults.push(`${message.seq} after ${before.seq}`);
    const stored = messages[message.seq - 1];
    const isSame = stored?.id === message.id && (stored.content === message.content || stored.recalled);
    if (isSame !== true) faults.push(`${message.seq} is not what is stored`);
  });
  // Of a private conversation one's own may be known by the ack alone.
  const acked = isGroup ? [] : said.flatMap(({ ack }) => ack ?? []).filter(isHere);
  const known = new Set([...here, ...acked].map(({ seq }) => seq));
  const gone = new Set(
    [...here.filter((message) => message.recalled), ...recalled.filter(isHere)].map(({ seq }) => seq),
  );
  for (const message of messages.slice(began)) {
    const whose = message.sendId === userId ? ', his own' : '';
    if (!known.has(message.seq)) faults.push(`never heard of ${message.seq}${whose}`);
    if (gone.has(message.seq) !== (message.recalled ?? false))
      faults.push(`${message.seq}${whose}: ${message.recalled ? 'not known to be' : 'wrongly'} taken back`);
  }
  return faults.map((fault) => `in ${conversationId}: ${fault}`);
}

function orderFaults({ said }: TalkReport, { conversationId, messages }: History): readonly string[] {
  const acked = said.filter(({ ack }) => ack?.conversationId === conversationId);
  return acked.flatMap(({ content, ack }, at) => {
    const seq = ack?.seq ?? 0;
    const before = acked[at - 1]?.ack?.seq ?? 0;
    const stored = messages[seq - 1];
    const isTrue = stored?.id === ack?.id && (stored?.content === content || stored?.recalled === true);
    return [
      ...(before < seq ? [] : [`"${content}" is ${seq}, and what was said before it ${before}`]),
      ...(isTrue ? [] : [`"${content}" was acked as ${seq}, where "${stored?.content}" is`]),
    ];
  });
}

/** What is stored and nobody has an ack for, or twice. */
function strangers(
  reports: readonly TalkReport[],
  { conversationId, began, messages }: History,
): readonly string[] {
  const seqs = reports
    .flatMap(({ said }) => said.flatMap(({ ack }) => ack ?? []))
    .filter((ack) => ack.conversationId === conversationId)
    .map(({ seq }) => seq);
  const known = new Set(seqs);
  const unknown = messages.slice(began).filter(({ seq }) => !known.has(seq));
  return [
    ...unknown.map(({ seq }) => `in ${conversationId}: ${seq} is stored, and nobody has its ack`),
    ...(known.size === seqs.length ? [] : [`in ${conversationId}: two sends were acked as one message`]),
  ];
}
