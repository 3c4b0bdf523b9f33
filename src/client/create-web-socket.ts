import type { ChatClient, ClientOptions } from './chat-client.ts';

/**
 * A client of one user's connection to chatd. `token`: what `POST /v1/user/login` gave. Does nothing before connect().
 */
export function createWebSocket(_token: string, _options: ClientOptions = {}): ChatClient {
  throw new Error('not written yet');
}
