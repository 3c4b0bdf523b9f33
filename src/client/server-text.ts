import type { ServerFrame } from '../protocol/frames.ts';

/** A text of the server as a frame; undefined if it is none. What the frame is, its `type` tells, and unknown ones are left. */
export function decodeServerText(text: string): ServerFrame | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as ServerFrame) : undefined;
  } catch {
    return undefined;
  }
}
