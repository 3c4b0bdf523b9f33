import { ChatError } from '../../../protocol/error-codes.ts';

/** Where a MySQL is, as whom to sign in, and which database. */
export interface MysqlTarget {
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  /** Instead of host and port. */
  readonly socketPath: string | undefined;
  readonly database: string;
  /** `insecure`: encrypted, but the server's certificate is not checked. */
  readonly tls: 'off' | 'on' | 'insecure';
}

/**
 * Reads `MySQL.DSN`: the Go form `user:password@tcp(host:port)/database?parameters`, also `unix(/path)`, in which the
 * password may hold any character; or a `mysql://` URL, in which it is percent-encoded. Of the parameters only `tls`
 * (Go) and `ssl` (URL) mean something here: the others tell Go how to read times and text.
 * Throws invalid_field, never quoting the DSN: it holds the password.
 */
export function parseDsn(dsn: string): MysqlTarget {
  const target = /^(?:mysql|mariadb):\/\//i.test(dsn) ? fromUrl(dsn) : fromGoForm(dsn);
  if (target === undefined) throw invalidDsn();
  return target;
}

/** `root@127.0.0.1:3306/chatd`: for people, without the password. */
export function describeTarget({ user, host, port, socketPath, database }: MysqlTarget): string {
  return `${user}@${socketPath ?? `${host.includes(':') ? `[${host}]` : host}:${port}`}/${database}`;
}

const DEFAULT_PORT = 3306;

// Greedy up to the last `@` that an address and a database follow: what is before it is the account, whatever it holds.
const GO_FORM =
  /^(?:(?<account>.*)@)?(?:(?<protocol>[a-z]\w*)(?:\((?<address>[^()]*)\))?)?\/(?<database>[^/?]+)(?:\?(?<parameters>.*))?$/s;

function fromGoForm(dsn: string): MysqlTarget | undefined {
  const parts = GO_FORM.exec(dsn)?.groups;
  if (parts === undefined) return undefined;
  const { account = '', protocol = 'tcp', address = '', database = '', parameters } = parts;
  const where = toAddress(protocol, address);
  if (where === undefined) return undefined;
  const [user, ...password] = account.split(':');
  return {
    user: user || 'root',
    password: password.join(':'),
    ...where,
    database: decoded(database) ?? database,
    tls: toTls(new URLSearchParams(parameters).get('tls')),
  };
}

type Address = Pick<MysqlTarget, 'host' | 'port' | 'socketPath'>;

function toAddress(protocol: string, address: string): Address | undefined {
  if (protocol === 'unix') {
    return address === '' ? undefined : { host: 'localhost', port: DEFAULT_PORT, socketPath: address };
  }
  if (protocol !== 'tcp') return undefined;
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(address) ?? [];
  const port = Number(digits ?? DEFAULT_PORT);
  const isAddress = (bracketed ?? plain) !== undefined && port >= 1 && port <= 65_535;
  return isAddress ? { host: bracketed || plain || '127.0.0.1', port, socketPath: undefined } : undefined;
}

function fromUrl(dsn: string): MysqlTarget | undefined {
  if (!URL.canParse(dsn)) return undefined;
  const url = new URL(dsn);
  const [user, password, database] = [url.username, url.password, url.pathname.slice(1)].map(decoded);
  if (user === undefined || password === undefined || !database || database.includes('/')) return undefined;
  return {
    user: user || 'root',
    password,
    host: url.hostname.replace(/^\[|\]$/g, '') || '127.0.0.1',
    port: Number(url.port || DEFAULT_PORT),
    socketPath: url.searchParams.get('socketPath') ?? undefined,
    database,
    tls: toTls(url.searchParams.get('tls') ?? url.searchParams.get('ssl')),
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function toTls(value: string | null): MysqlTarget['tls'] {
  if (value === null || /^(?:|false|0|preferred|disabled)$/i.test(value)) return 'off';
  return /^skip-verify$/i.test(value) ? 'insecure' : 'on';
}

function invalidDsn(): ChatError {
  return new ChatError('invalid_field', {
    field: 'MySQL.DSN',
    text: {
      zh: 'MySQL.DSN 格式应为 user:password@tcp(host:port)/database、user:password@unix(/path)/database 或 mysql://user:password@host:port/database',
      en: 'MySQL.DSN is user:password@tcp(host:port)/database, user:password@unix(/path)/database or mysql://user:password@host:port/database',
    },
  });
}
