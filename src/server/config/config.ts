/**
 * The configuration as the server uses it: every setting present, durations in ms, sizes in bytes, paths absolute.
 * etc/backend.yaml documents each; `schema.ts` says how it is written in YAML and what its default is.
 */
export interface Config {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Empty: taken from the request. */
  readonly publicUrl: string;
  readonly ws: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl: string;
    readonly singleSignOn: boolean;
    readonly maxConnections: number;
    /** 0: off. */
    readonly maxConnectionsPerIp: number;
    readonly maxFrame: number;
    readonly maxQueue: number;
    readonly stallTimeout: number;
    readonly pingInterval: number;
    readonly pongTimeout: number;
    /** 0: off. */
    readonly messagesPerSecond: number;
    readonly messageBurst: number;
  };
  /** Empty: embedded SQLite. */
  readonly mysql: { readonly dsn: string };
  readonly data: string;
  readonly auth: {
    /** Empty: made once in `<data>/auth.secret`. */
    readonly secret: string;
    /** Seconds, as the seed has it. */
    readonly expire: number;
    readonly registration: 'open' | 'closed';
  };
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly admin: {
    readonly name: string;
    /** Empty: a random one is made on first start. */
    readonly password: string;
    readonly allowFrom: readonly string[];
    readonly allowedOrigins: readonly string[];
  };
  readonly group: { readonly maxMembers: number };
  /** `recallWindow`: ms in which a sender may take a message back. */
  readonly message: { readonly maxContent: number; readonly recallWindow: number };
  /** ms whoever is kicked is kept out, unless the kick says otherwise. */
  readonly kick: { readonly keepOut: number };
  readonly drain: { readonly timeout: number };
  readonly keep: { readonly connections: number; readonly audit: number };
  readonly upload: {
    readonly savePath: string;
    /** Empty: own address. */
    readonly host: string;
    readonly maxSize: number;
    readonly perDay: number;
  };
  readonly log: {
    readonly level: 'debug' | 'info' | 'warn' | 'error';
    readonly format: 'auto' | 'json' | 'pretty';
  };
}
