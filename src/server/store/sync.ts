import type { SyncStore } from '../chat/sync-ports.ts';
import type { Tables } from './tables.ts';

/** What a client that was away has to be told. */
export function createSyncStore(_tables: Tables): SyncStore {
  return {};
}
