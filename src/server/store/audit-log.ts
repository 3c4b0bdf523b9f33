import type { AuditLog } from '../chat/record-ports.ts';
import { columnText } from './column-text.ts';
import { withStorageErrors } from './errors.ts';
import type { AuditRow, Table } from './tables.ts';

/** Who did what. */
export function createAuditLog(audit: Table<AuditRow>): AuditLog {
  return withStorageErrors<AuditLog>({
    async append({ at, actor, action, target, address, result }) {
      await audit.create({
        at,
        actor: columnText(actor, 255),
        action: columnText(action, 64),
        target: columnText(target, 255),
        address: columnText(address, 64),
        result: columnText(result, 64),
      });
    },
  });
}
