import type { ClientFrame } from '../../protocol/frames.ts';

/**
 * What a frame that is no send costs the server, in pings. A sync or a watch list asks the database for many things at
 * once: without this one client that does nothing else keeps a processor busy.
 */
export function costOf(frame: ClientFrame): number {
  switch (frame.type) {
    case 'sync':
      return (frame.only ? 5 : 25) + Object.keys(frame.since).length / 40;
    case 'presence':
      return 5 + frame.userIds.length / 20;
    case 'recall':
      return 5;
    default:
      return 1;
  }
}
