import { hostname } from 'node:os';

/** Which server this is: the machine's name, and the process on it. */
export function nodeName(): string {
  return `${hostname()}/${process.pid}`;
}
