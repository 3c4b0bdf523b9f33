import { type ChatError, toChatError } from '../../protocol/error-codes.ts';
import { toErrorFrame } from '../../protocol/error-frame.ts';
import type { ChatFrame, ClientFrame, PingFrame } from '../../protocol/frames.ts';
import type { Meters } from './connection-ports.ts';
import type { NowOrLater } from './now-or-later.ts';
import type { FrameSender, HandleFrame, Handling, Log } from './ports.ts';
import type { SendMessage } from './send-message.ts';
import type { Signals } from './signals.ts';

interface HandleFrameOptions {
  readonly sendMessage: SendMessage;
  readonly signals: Signals;
  readonly logger: Log;
  readonly meters: Pick<Meters, 'refused'>;
}

/** Acts on each frame a client may send. What goes wrong becomes an error frame to the sender, here and nowhere else. */
export function createHandleFrame({ sendMessage, signals, logger, meters }: HandleFrameOptions): HandleFrame {
  function handleChat(frame: ChatFrame, by: FrameSender): Handling {
    try {
      const { stored, admitted } = sendMessage(frame, { userId: by.userId }, by);
      const done = stored.then(ignore, (error: unknown) => void refuse(error, frame, by));
      return admitted === undefined ? { done } : { admitted, done };
    } catch (error) {
      const { status } = refuse(error, frame, by);
      // What is the server's own doing (it drains) must not get the sender closed for too many errors.
      return status < 500 ? { refused: true } : {};
    }
  }

  /** One at a time for each connection: the next frame waits for what this one asks of the database. */
  function handleSignal(frame: ClientFrame, by: FrameSender, act: () => NowOrLater<void>): Handling {
    try {
      const acting = act();
      if (!(acting instanceof Promise)) return {};
      return { admitted: acting.catch((error: unknown) => void refuse(error, frame, by)) };
    } catch (error) {
      return refuse(error, frame, by).status < 500 ? { refused: true } : {};
    }
  }

  function refuse(error: unknown, frame: ClientFrame, by: FrameSender): ChatError {
    const chatError = toChatError(error);
    if (chatError.code === 'internal') {
      logger.error('frame_failed', { session: by.id, userId: by.userId, error: chatError.cause });
    }
    meters.refused(chatError.code);
    by.reply(toErrorFrame(chatError, frame, by.language));
    return chatError;
  }

  return (frame, by) => {
    switch (frame.type) {
      case 'chat':
        return handleChat(frame, by);
      case 'ping':
        return handlePing(frame, by);
      case 'read':
        return handleSignal(frame, by, () => signals.read(frame, by));
      case 'typing':
        return handleSignal(frame, by, () => signals.typing(frame, by));
      case 'recall':
        return handleSignal(frame, by, () => signals.recall(frame, by));
      case 'sync':
        return handleSignal(frame, by, () => signals.sync(frame, by));
      case 'presence':
        return handleSignal(frame, by, () => signals.presence(frame, by));
    }
  };
}

function handlePing(frame: PingFrame, by: FrameSender): Handling {
  if (frame.id !== undefined) by.reply({ type: 'pong', id: frame.id });
  return {};
}

/** The sender has been told by an ack. */
function ignore(): void {}
