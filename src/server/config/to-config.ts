import { join, resolve } from 'node:path';
import { sourceOf } from './check-values.ts';
import type { Config } from './config.ts';
import type { RawValues } from './raw-value.ts';
import type { SettingKey, Values } from './schema.ts';

/** What relative paths are relative to: in the file, and in the environment. */
export interface Bases {
  readonly file: string;
  readonly environment: string;
}

/** Values that have passed every check, as the server uses them: paths made absolute. */
export function toConfig(values: Values, raw: RawValues, bases: Bases): Config {
  const absolute = (key: SettingKey & ('Data' | 'Upload.SavePath')) =>
    resolve(sourceOf(raw, key).origin === 'environment' ? bases.environment : bases.file, values[key]);
  const data = absolute('Data');
  return {
    name: values.Name,
    host: values.Host,
    port: values.Port,
    publicUrl: values.PublicUrl,
    ws: toWs(values),
    mysql: { dsn: values['MySQL.DSN'] },
    data,
    auth: {
      secret: values['Auth.Secret'],
      expire: values['Auth.Expire'],
      registration: values['Auth.Registration'],
    },
    allowedOrigins: values.AllowedOrigins,
    trustedProxies: values.TrustedProxies,
    admin: {
      name: values['Admin.Name'],
      password: values['Admin.Password'],
      allowFrom: values['Admin.AllowFrom'],
      allowedOrigins: values['Admin.AllowedOrigins'],
    },
    group: { maxMembers: values['Group.MaxMembers'] },
    message: { maxContent: values['Message.MaxContent'], recallWindow: values['Message.RecallWindow'] },
    kick: { keepOut: values['Kick.KeepOut'] },
    drain: { timeout: values['Drain.Timeout'] },
    keep: { connections: values['Keep.Connections'], audit: values['Keep.Audit'] },
    upload: {
      savePath: values['Upload.SavePath'] === '' ? join(data, 'uploads') : absolute('Upload.SavePath'),
      host: values['Upload.Host'],
      maxSize: values['Upload.MaxSize'],
      perDay: values['Upload.PerDay'],
    },
    log: { level: values['Log.Level'], format: values['Log.Format'] },
  };
}

function toWs(values: Values): Config['ws'] {
  return {
    host: values['WS.Host'],
    port: values['WS.Port'],
    publicUrl: values['WS.PublicUrl'],
    singleSignOn: values['WS.SingleSignOn'],
    maxConnections: values['WS.MaxConnections'],
    maxConnectionsPerIp: values['WS.MaxConnectionsPerIp'],
    maxFrame: values['WS.MaxFrame'],
    maxQueue: values['WS.MaxQueue'],
    stallTimeout: values['WS.StallTimeout'],
    pingInterval: values['WS.PingInterval'],
    pongTimeout: values['WS.PongTimeout'],
    messagesPerSecond: values['WS.MessagesPerSecond'],
    messageBurst: values['WS.MessageBurst'],
  };
}
