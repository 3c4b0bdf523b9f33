import { type ChatError, toChatError } from '../../protocol/error-codes.ts';
import { toErrorFrame } from '../../protocol/error-frame.ts';
import type { ChatFrame, PingFrame } from '../../protocol/frames.ts';
import type { Meters } from './connection-ports.ts';
import type { FrameSender, HandleFrame, Handling, Log } from './ports.ts';
import type { SendMessage } from './send-message.ts';

interface HandleFrameOptions {
  readonly sendMessage: SendMessage;
  readonly logger: Log;
  readonly meters: Pick<Meters, 'refused'>;
}

/** Acts on each frame a client may send. What goes wrong becomes an error frame to the sender, here and nowhere else. */
export function createHandleFrame({ sendMessage, logger, meters }: HandleFrameOptions): HandleFrame {
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

  function refuse(error: unknown, frame: ChatFrame, by: FrameSender): ChatError {
    const chatError = toChatError(error);
    if (chatError.code === 'internal') {
      logger.error('frame_failed', { session: by.id, userId: by.userId, error: chatError.cause });
    }
    meters.refused(chatError.code);
    by.reply(toErrorFrame(chatError, frame.clientMsgId, by.language));
    return chatError;
  }

  return (frame, by) => {
    switch (frame.type) {
      case 'chat':
        return handleChat(frame, by);
      case 'ping':
        return handlePing(frame, by);
    }
  };
}

function handlePing(frame: PingFrame, by: FrameSender): Handling {
  if (frame.id !== undefined) by.reply({ type: 'pong', id: frame.id });
  return {};
}

/** The sender has been told by an ack. */
function ignore(): void {}
