import { ADMIN_PATH } from '../protocol/admin-channel.ts';
import { askServer, isServerThere, type ServerAccess } from './admin-client.ts';
import type { CommandContext } from './command.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { findServer, findToken, type TokenSource } from './find-server.ts';
import { noServer } from './no-server.ts';
import { localUrl } from './server-url.ts';

/** The admin channel of the server that commands are for, and what lets us in. */
export interface ChannelAccess {
  /** `ws://127.0.0.1:9000/admin` */
  readonly url: string;
  readonly token: TokenSource;
  /** What would start a server there; undefined if it is another machine's. */
  readonly startCommand: string | undefined;
}

/** Rejects with CommandError: exit 3 if no server is there, exit 4 without anything that lets us in. */
export async function findChannel(context: CommandContext): Promise<ChannelAccess> {
  const place = await findServer(context);
  if (place.kind === 'remote') {
    const token = await findToken(context, place);
    return { url: await remoteChannel(place.access), token, startCommand: undefined };
  }
  const { file, config } = place.loaded;
  const url = `${localUrl(config.ws).replace(/^http/, 'ws')}${ADMIN_PATH}`;
  if (!(await isServerThere(place.access))) throw noServer(url, place.loaded);
  const startCommand = file === undefined ? 'chatd serve' : `chatd serve -f ${file}`;
  return { url, token: await findToken(context, place), startCommand };
}

// Beside the address for users, which the server knows: `wss://chat.example.com/ws` becomes `…/admin`.
async function remoteChannel(access: ServerAccess): Promise<string> {
  const about = (await askServer(access, { method: 'GET', path: '/v1/info' })) as { wsUrl?: unknown };
  const users = URL.parse(String(about.wsUrl));
  if (users === null || !/^wss?:$/.test(users.protocol) || !users.pathname.endsWith('/ws')) {
    throw new CommandError(EXIT.noServer, 'no_server', {
      en: `${access.url} does not say where its WebSocket server is`,
      zh: `${access.url} 未给出 WebSocket 服务的地址`,
    });
  }
  if (access.url.startsWith('https:') && users.protocol === 'ws:') {
    throw new CommandError(EXIT.refused, 'not_encrypted', {
      en: `${access.url} is encrypted and its channel ${users.href} is not: set WS.PublicUrl to its wss:// address`,
      zh: `${access.url} 已加密, 而其通道 ${users.href} 未加密: 请将 WS.PublicUrl 设为 wss:// 地址`,
    });
  }
  return users.href.replace(/\/ws$/, ADMIN_PATH);
}
