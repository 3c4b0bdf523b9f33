import type { z } from 'zod';
import type { Language } from '../../protocol/error-codes.ts';
import {
  addresses,
  choice,
  dsn,
  duration,
  flag,
  host,
  integer,
  type Kind,
  origins,
  path,
  port,
  seconds,
  secret,
  size,
  text,
  url,
} from './kinds.ts';

/** One setting: what it may be, what it is when nobody says, and what it is for. */
export interface Setting<Value> extends Kind<Value> {
  /** As it would be written in the file. */
  readonly default: Preset;
  readonly meaning: Readonly<Record<Language, string>>;
}

type Preset = string | number | boolean;

/**
 * Every setting that has effect: the one place that knows its default, its type and its meaning. The checks, the
 * environment's names, `chatd config show` and `schema`, and the comments of etc/backend.yaml come from here.
 */
export const SETTINGS = {
  Name: setting(text({ min: 1, max: 64 }), 'chatd', 'the name in logs and console', '日志与控制台里的名称'),
  Host: setting(
    host(),
    '127.0.0.1',
    'where HTTP API and Swagger UI listen',
    'HTTP API 与 Swagger UI 的监听地址',
  ),
  Port: setting(port(), 8889, 'port of HTTP API and Swagger UI', 'HTTP 端口'),
  PublicUrl: setting(
    url('http', 'https'),
    '',
    'how pages and links reach this server behind a proxy; empty: as the request did',
    '经代理访问时的网址; 留空则按请求推断',
  ),
  Data: setting(
    path(),
    './data',
    'folder of embedded database, generated secret and uploads',
    '内嵌数据库, 生成的密钥, 上传文件',
  ),
  AllowedOrigins: setting(
    origins(),
    'http://localhost:*, http://127.0.0.1:*',
    'pages that may use this server from a browser, both doors',
    '可在浏览器里使用本服务的页面来源',
  ),
  TrustedProxies: setting(
    addresses(),
    '',
    'addresses whose X-Forwarded-For counts',
    '其 X-Forwarded-For 可信的地址',
  ),
  'WS.Host': setting(host(), '127.0.0.1', 'where the WebSocket server listens', 'WebSocket 监听地址'),
  'WS.Port': setting(
    port(),
    9000,
    'port of the WebSocket server; with the same Host and Port as HTTP one listener serves both',
    'WebSocket 端口; 与上面的 Host, Port 相同则共用一个监听',
  ),
  'WS.PublicUrl': setting(
    url('ws', 'wss'),
    '',
    'the address clients are told (wss://… behind a proxy); empty: as the request did',
    '告知客户端的地址(代理后用 wss://…); 留空则按请求推断',
  ),
  'WS.SingleSignOn': setting(
    flag(),
    true,
    "a user's new connection replaces the old one; false: several connections per user",
    '同一用户的新连接替换旧连接; false 则允许多个连接',
  ),
  'WS.MaxConnections': setting(
    integer(1, 1_000_000),
    10_000,
    'connections at most; more are answered 503',
    '连接数上限, 超出者答 503',
  ),
  'WS.MaxConnectionsPerIp': setting(
    integer(0, 1_000_000),
    0,
    'connections of one address at most; more are answered 429; 0: no limit',
    '每个地址的连接数, 超出者答 429; 0 不限',
  ),
  'WS.MaxFrame': setting(
    size('1KiB', '16MiB'),
    '64KiB',
    'a larger frame closes the connection (1009)',
    '更大的帧会断开连接(1009)',
  ),
  'WS.MaxQueue': setting(
    size('64KiB', '1GiB'),
    '1MiB',
    'a receiver with more unsent is disconnected (4008)',
    '未发出数据更多的接收者会被断开(4008)',
  ),
  'WS.StallTimeout': setting(
    duration('10ms', '1h'),
    '10s',
    'a receiver that takes nothing for so long is disconnected (4008)',
    '这么久没有进展的接收者会被断开(4008)',
  ),
  'WS.PingInterval': setting(
    duration('10ms', '1h'),
    '25s',
    'how often a quiet connection is pinged',
    '心跳间隔',
  ),
  'WS.PongTimeout': setting(
    duration('10ms', '1h'),
    '8s',
    'no answer for so long: disconnected (4012)',
    '这么久没有回应则断开(4012)',
  ),
  'WS.MessagesPerSecond': setting(
    integer(0, 1_000_000),
    20,
    'messages a user may send a second, over all connections; 0: no limit',
    '每个用户每秒可发的消息数; 0 不限',
  ),
  'WS.MessageBurst': setting(
    integer(1, 1_000_000),
    60,
    'messages a user may send at once, before that rate holds',
    '每个用户一次可突发的消息数',
  ),
  'MySQL.DSN': setting(
    dsn(),
    '',
    'user:password@tcp(host:3306)/database or a mysql:// URL; empty: embedded SQLite in Data',
    'user:password@tcp(host:3306)/database 或 mysql:// 网址; 留空则用 Data 里的内嵌 SQLite',
  ),
  'Auth.Secret': setting(
    secret(),
    '',
    'the key tokens are signed with, at least 32 bytes; empty: one is made in Data/auth.secret',
    '签发令牌的密钥, 至少 32 字节; 留空则在 Data/auth.secret 生成',
  ),
  'Auth.Expire': setting(
    seconds('1s', '3650d'),
    86_400,
    'how long a token is valid, in seconds',
    '令牌有效期, 秒',
  ),
  'Auth.Registration': setting(
    choice('open', 'closed'),
    'open',
    'whether people may make accounts themselves: open or closed',
    '是否允许自行注册: open 或 closed',
  ),
  'Admin.Name': setting(
    text({ min: 1, max: 64 }),
    'root',
    'the first administrator, made on first start as user 1',
    '首个管理员, 首次启动时创建为用户 1',
  ),
  'Admin.Password': setting(
    secret(),
    '',
    'the password it is made with; empty: a random one, shown once on a terminal, else kept in Data/admin.password',
    '其密码; 留空则随机生成, 在终端显示一次, 否则写入 Data/admin.password',
  ),
  'Admin.AllowFrom': setting(
    addresses(),
    'loopback',
    'addresses that may reach /admin, /v1/admin and /metrics; others get 404',
    '可访问 /admin、/v1/admin 与 /metrics 的地址; 其余得到 404',
  ),
  'Admin.AllowedOrigins': setting(
    origins(),
    '',
    'pages that may reach /admin and /v1/admin from a browser',
    '可从浏览器访问 /admin 与 /v1/admin 的页面来源',
  ),
  'Group.MaxMembers': setting(integer(2, 1_000_000), 2000, 'members of a group at most', '群组人数上限'),
  'Message.MaxContent': setting(size('1B', '16MiB'), '16KiB', 'content of a message at most', '消息内容上限'),
  'Message.RecallWindow': setting(
    duration('0s', '3650d'),
    '2m',
    'how long a sender may take a message back; owners and admins of a group always may',
    '发送者在多久内可撤回消息; 群主和管理员不限',
  ),
  'Kick.KeepOut': setting(
    duration('0s', '3650d'),
    '1m',
    'how long a user who was kicked is refused, unless the kick says otherwise',
    '被断开的用户在多久内不得再连接; 断开时可另行指定',
  ),
  'Drain.Timeout': setting(
    duration('0s', '1h'),
    '10s',
    'how long SIGTERM waits for what is under way',
    'SIGTERM 后等待未完成工作的时间',
  ),
  'Keep.Connections': setting(
    duration('1h', '36500d'),
    '30d',
    'how long ended connections are remembered',
    '连接记录的保留时间',
  ),
  'Keep.Audit': setting(duration('1h', '36500d'), '365d', 'how long the audit is kept', '审计记录的保留时间'),
  'Upload.SavePath': setting(
    text(),
    '',
    'where uploads are kept; empty: uploads in Data',
    '上传文件目录; 留空则用 Data 下的 uploads',
  ),
  'Upload.Host': setting(
    text(),
    '',
    'the address in links to uploads; empty: own address',
    '上传文件链接的网址; 留空则用本机地址',
  ),
  'Upload.MaxSize': setting(size('1KiB', '4GiB'), '10MiB', 'a file at most', '单个文件上限'),
  'Upload.PerDay': setting(
    size('1KiB', '1024GiB'),
    '200MiB',
    'what a user may upload a day',
    '每个用户每天的上传总量',
  ),
  'Log.Level': setting(
    choice('debug', 'info', 'warn', 'error'),
    'info',
    'what is logged at least: debug, info, warn or error',
    '日志级别: debug, info, warn 或 error',
  ),
  'Log.Format': setting(
    choice('auto', 'json', 'pretty'),
    'auto',
    'json lines, or pretty for people; auto: pretty on a terminal',
    'json 或便于阅读的 pretty; auto: 终端上用 pretty',
  ),
} as const;

export type SettingKey = keyof typeof SETTINGS;

/** Every setting's value, by key. */
export type Values = { readonly [Key in SettingKey]: z.output<(typeof SETTINGS)[Key]['schema']> };

function setting<Value>(kind: Kind<Value>, preset: Preset, en: string, zh: string): Setting<Value> {
  return { ...kind, default: preset, meaning: { en, zh } };
}
