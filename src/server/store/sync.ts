import type { SyncStore } from '../chat/sync-ports.ts';
import { withStorageErrors } from './errors.ts';
import { readSyncPages } from './sync-pages.ts';
import { listSyncable } from './sync-states.ts';
import type { Tables } from './tables.ts';

/** What a client that was away has to be told. */
export function createSyncStore(tables: Tables): SyncStore {
  return withStorageErrors<SyncStore>({
    list: (userId, only) => listSyncable(tables, userId, only),
    read: (userId, wanted, rows) => readSyncPages(tables, { userId, wanted, rows }),
  });
}
