import { Op } from 'sequelize';
import type { WhereOptions } from 'sequelize';
import type { MessageRecords, MessageRecordsQuery } from '../chat/record-ports.ts';
import type { StoredMessage } from '../chat/store-ports.ts';
import { countAllUnread } from './all-unread.ts';
import { listCurrentGroups } from './current-groups.ts';
import { withStorageErrors } from './errors.ts';
import { toStoredMessage } from './messages.ts';
import { newestIn } from './newest-messages.ts';
import { newestOfUser } from './newest-of-user.ts';
import { toReadable, WHOLE } from './readable.ts';
import type { MessageRow, Tables } from './tables.ts';

/** Messages for operators. */
export function createMessageRecords(tables: Tables): MessageRecords {
  return withStorageErrors<MessageRecords>({
    list: (query) => listMessages(tables, query),
    unreadOf: (userId) => countAllUnread(tables, userId),
    groupsOf: (userId, limit) => listCurrentGroups(tables, userId, limit),
  });
}

async function listMessages(
  tables: Tables,
  { of, before, limit }: MessageRecordsQuery,
): Promise<readonly StoredMessage[]> {
  if (of === undefined) return newestOfAll(tables, { before, limit });
  if ('userId' in of) return newestOfUser(tables, of.userId, { before, limit });
  const conversation = (await tables.conversations.findOne({ where: { id: of.conversationId } }))?.get();
  if (conversation === undefined) return [];
  return newestIn(tables, toReadable(conversation, [WHOLE]), { before, limit });
}

async function newestOfAll(
  { messages, conversations }: Tables,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<readonly StoredMessage[]> {
  const where: WhereOptions<MessageRow> = before === undefined ? {} : { id: { [Op.lt]: before } };
  const found = await messages.findAll({ where, order: [['id', 'DESC']], limit });
  const rows = found.map((row) => row.get());
  const nos = [...new Set(rows.map(({ conversationNo }) => conversationNo))];
  const holders = await conversations.findAll({ where: { no: nos } });
  const byNo = new Map(holders.map((row) => [row.get().no, row.get()]));
  return rows.flatMap((row) => {
    const conversation = byNo.get(row.conversationNo);
    return conversation === undefined ? [] : [toStoredMessage(row, conversation)];
  });
}
