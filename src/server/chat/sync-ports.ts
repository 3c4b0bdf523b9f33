/** What a sync needs of the database. */
export interface SyncStore {}
