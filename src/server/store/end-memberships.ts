import { literal, Op } from 'sequelize';
import { ChatError } from '../../protocol/error-codes.ts';
import type { GroupId, UserId } from '../../protocol/ids.ts';
import type { MessageLog } from '../chat/store-ports.ts';
import type { Tables } from './tables.ts';

/** Takes a deleted user out of every group, each in its conversation's order. */
export async function endMemberships(tables: Tables, log: MessageLog, userId: UserId): Promise<void> {
  const current = await tables.memberships.findAll({ where: { userId, leftAt: null } });
  const nos = [...new Set(current.map((row) => row.get().conversationNo))];
  const groups = await tables.conversations.findAll({ attributes: ['id'], where: { no: nos } });
  for (const group of groups) {
    const groupId = group.get().id as GroupId;
    const change = { groupId, add: [], remove: [userId], by: undefined, maxMembers: Number.MAX_SAFE_INTEGER };
    await log.changeMembers(change).catch(passOverDismissed);
  }
}

/** Finishes what a crash between a user's deletion and the end of his memberships left. */
export async function endMembershipsOfDeleted(tables: Tables, log: MessageLog): Promise<void> {
  const left = await tables.memberships.findAll({
    attributes: ['userId'],
    where: {
      leftAt: null,
      userId: { [Op.in]: literal('(SELECT id FROM users WHERE deleted_at IS NOT NULL)') },
    },
    group: ['userId'],
  });
  for (const row of left) await endMemberships(tables, log, row.get().userId as UserId);
}

function passOverDismissed(error: unknown): void {
  if (!(error instanceof ChatError && error.code === 'not_found')) throw error;
}
