import { DataTypes } from 'sequelize';
import type { Model, ModelAttributes, ModelStatic, Sequelize } from 'sequelize';

/**
 * The tables as Sequelize models: for every query but the message log's. Their columns are the attributes in
 * snake_case; types, keys and indexes are made by the migrations. Times are ms since 1970, flags 0 or 1.
 * Users, conversations and messages are never deleted; rows do not hold each other by foreign keys, because every
 * message would take a lock on its conversation's and its sender's rows for them.
 */
export interface Tables {
  readonly users: Table<UserRow>;
  readonly conversations: Table<ConversationRow>;
  readonly messages: Table<MessageRow>;
  readonly memberships: Table<MembershipRow>;
  readonly reads: Table<ReadRow>;
  readonly recalls: Table<RecallRow>;
  readonly idBlocks: Table<IdBlockRow>;
  readonly connections: Table<ConnectionRow>;
  readonly audit: Table<AuditRow>;
}

export type Table<Row extends object> = ModelStatic<Model<Row, Partial<Row>>>;

export interface UserRow {
  id: number;
  name: string;
  /** `userNameKey(name)`; null once the user is deleted, so that the name is free. */
  nameKey: string | null;
  passwordHash: string;
  role: string;
  enabled: number;
  tokensValidFrom: number;
  /** The lobby's last seq when the user was made. */
  lobbyJoinedAfter: number;
  createdAt: number;
  deletedAt: number | null;
  /** When the last kick or ban was set; null if none was or it was lifted. */
  keptOutAt: number | null;
  /** Null for a ban. */
  keptOutUntil: number | null;
  keptOutReason: string | null;
  keptOutBy: string | null;
}

export interface ConversationRow {
  /** What other tables call it by; the lobby is 1. */
  no: number;
  /** What users call it by. */
  id: string;
  /** A ChatType. */
  kind: number;
  /** Null in a private conversation, like creatorId. */
  name: string | null;
  creatorId: number | null;
  /** The two users of a private conversation, the lower id first; 0 in a group. */
  userLo: number;
  userHi: number;
  lastSeq: number;
  /** When its last message was sent, or else it was made. */
  lastAt: number;
  membersVersion: number;
  /** How many recalls there have been. */
  rev: number;
  dismissedAt: number | null;
  createdAt: number;
}

export interface MessageRow {
  id: number;
  conversationNo: number;
  seq: number;
  senderId: number;
  content: string;
  contentType: number;
  sentAt: number;
  /** Who took it back, 0 for an operator; null if nobody has. Its content is empty then. */
  recalledBy: number | null;
}

/** An interval: entitled to seq ⇔ joinedAfter < seq ≤ leftAt. */
export interface MembershipRow {
  id: number;
  conversationNo: number;
  userId: number;
  role: string;
  joinedAfter: number;
  /** A seq; null while the membership lasts. */
  leftAt: number | null;
  joinedAt: number;
  endedAt: number | null;
  /** Null when an operator did it. */
  addedBy: number | null;
  endedBy: number | null;
}

export interface ReadRow {
  conversationNo: number;
  userId: number;
  readSeq: number;
}

/** The recalls of a conversation, numbered by its `rev` after each. */
export interface RecallRow {
  conversationNo: number;
  rev: number;
  seq: number;
  recalledAt: number;
}

/** The next number of a sequence that is not taken. */
export interface IdBlockRow {
  name: string;
  next: number;
}

export interface ConnectionRow {
  id: string;
  openedAt: number;
  userId: number;
  address: string;
  client: string;
  userAgent: string;
  closedAt: number | null;
  closeCode: number | null;
  cause: string | null;
}

export interface AuditRow {
  id: number;
  at: number;
  actor: string;
  action: string;
  target: string;
  address: string;
  result: string;
}

/** Makes the models known to `sequelize`. */
export function defineTables(sequelize: Sequelize): Tables {
  return {
    users: define(sequelize, 'users', USERS),
    conversations: define(sequelize, 'conversations', CONVERSATIONS),
    messages: define(sequelize, 'messages', MESSAGES),
    memberships: define(sequelize, 'memberships', MEMBERSHIPS),
    reads: define(sequelize, 'reads', READS),
    recalls: define(sequelize, 'recalls', RECALLS),
    idBlocks: define(sequelize, 'id_blocks', ID_BLOCKS),
    connections: define(sequelize, 'connections', CONNECTIONS),
    audit: define(sequelize, 'audit', AUDIT),
  };
}

type Columns<Row extends object> = ModelAttributes<Model<Row, Partial<Row>>, Row>;

function define<Row extends object>(sequelize: Sequelize, name: string, columns: Columns<Row>): Table<Row> {
  return sequelize.define(name, columns, { tableName: name, underscored: true, timestamps: false });
}

const wide = DataTypes.BIGINT;
const small = DataTypes.INTEGER;
const text = DataTypes.TEXT;

const USERS: Columns<UserRow> = {
  id: { type: wide, primaryKey: true },
  name: text,
  nameKey: text,
  passwordHash: text,
  role: text,
  enabled: small,
  tokensValidFrom: wide,
  lobbyJoinedAfter: wide,
  createdAt: wide,
  deletedAt: wide,
  keptOutAt: wide,
  keptOutUntil: wide,
  keptOutReason: text,
  keptOutBy: text,
};

const CONVERSATIONS: Columns<ConversationRow> = {
  no: { type: wide, primaryKey: true },
  id: text,
  kind: small,
  name: text,
  creatorId: wide,
  userLo: wide,
  userHi: wide,
  lastSeq: wide,
  lastAt: wide,
  membersVersion: wide,
  rev: wide,
  dismissedAt: wide,
  createdAt: wide,
};

const MESSAGES: Columns<MessageRow> = {
  id: { type: wide, primaryKey: true },
  conversationNo: wide,
  seq: wide,
  senderId: wide,
  content: text,
  contentType: small,
  sentAt: wide,
  recalledBy: wide,
};

const MEMBERSHIPS: Columns<MembershipRow> = {
  id: { type: wide, primaryKey: true, autoIncrement: true },
  conversationNo: wide,
  userId: wide,
  role: text,
  joinedAfter: wide,
  leftAt: wide,
  joinedAt: wide,
  endedAt: wide,
  addedBy: wide,
  endedBy: wide,
};

const READS: Columns<ReadRow> = {
  conversationNo: { type: wide, primaryKey: true },
  userId: { type: wide, primaryKey: true },
  readSeq: wide,
};

const RECALLS: Columns<RecallRow> = {
  conversationNo: { type: wide, primaryKey: true },
  rev: { type: wide, primaryKey: true },
  seq: wide,
  recalledAt: wide,
};

const ID_BLOCKS: Columns<IdBlockRow> = {
  name: { type: text, primaryKey: true },
  next: wide,
};

const CONNECTIONS: Columns<ConnectionRow> = {
  id: { type: text, primaryKey: true },
  openedAt: { type: wide, primaryKey: true },
  userId: wide,
  address: text,
  client: text,
  userAgent: text,
  closedAt: wide,
  closeCode: small,
  cause: text,
};

const AUDIT: Columns<AuditRow> = {
  id: { type: wide, primaryKey: true, autoIncrement: true },
  at: wide,
  actor: text,
  action: text,
  target: text,
  address: text,
  result: text,
};
