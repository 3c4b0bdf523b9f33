/** What a page has of it, and Node has not. */
interface Page {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

/** Calls `then` whenever a browser says that it has a network again. Gives what ends that. */
export function onNetworkBack(then: () => void): () => void {
  const page = globalThis as Page;
  page.addEventListener?.('online', then);
  return () => page.removeEventListener?.('online', then);
}
