import { WebSocket } from 'ws';
import {
  AdminError,
  type AdminSession,
  type AdminStatus,
  createAdminSession,
} from '../client/admin-session.ts';
import type { CommandContext } from './command.ts';
import { CommandError, EXIT, type ExitCode } from './exit-codes.ts';
import type { ChannelAccess } from './find-channel.ts';
import { refusalText } from './refusal-text.ts';

const MAX_FRAME = 8 * 1024 * 1024;

/** Attaches to the admin channel; the session comes back by itself when it is lost. Rejects with CommandError. */
export async function openChannel(
  { language, timeoutMs }: CommandContext,
  { url, token }: ChannelAccess,
  onStatus: (status: AdminStatus) => void,
): Promise<AdminSession> {
  const session = createAdminSession({
    url,
    token,
    language,
    timeoutMs,
    onStatus,
    openSocket: (address, protocols) =>
      new WebSocket(address, [...protocols], {
        headers: { 'accept-language': language },
        handshakeTimeout: timeoutMs,
        maxPayload: MAX_FRAME,
        perMessageDeflate: false,
      }),
  });
  try {
    await session.connect();
    return session;
  } catch (error) {
    session.close();
    throw toChannelError(error);
  }
}

const EXITS: Readonly<Record<string, ExitCode>> = {
  no_server: EXIT.noServer,
  timed_out: EXIT.timedOut,
  unauthorized: EXIT.notAllowed,
  token_expired: EXIT.notAllowed,
  permission_denied: EXIT.notAllowed,
};

/** What the session rejected with, as what the command ends with. */
export function toChannelError(error: unknown): unknown {
  if (!(error instanceof AdminError)) return error;
  const { code, message, field } = error;
  return new CommandError(EXITS[code] ?? EXIT.refused, code, refusalText(code, message, field));
}
