import { type ChatClient, type ClientStatus, createWebSocket, type MessageFrame } from 'chatd/client';
import { useEffect, useRef, useState } from 'react';

interface Draft {
  readonly id: number;
  readonly content: string;
  readonly refusal?: string;
}

/** One conversation, live, for as long as the component is there. */
export function useChat(token: string, conversationId: string) {
  const client = useRef<ChatClient>(undefined);
  const drafts = useRef(0);
  const [status, setStatus] = useState<ClientStatus>({ state: 'idle' });
  const [messages, setMessages] = useState<readonly MessageFrame[]>([]);
  const [pending, setPending] = useState<readonly Draft[]>([]);

  useEffect(() => {
    const mine = createWebSocket(token, { history: 50 });
    client.current = mine;
    setMessages([]);
    mine.onStatusChange(setStatus);
    mine.on('message', (message) => {
      if (message.conversationId === conversationId) setMessages((before) => [...before, message]);
    });
    mine.connect().catch(() => {
      // The status says why.
    });
    return () => mine.close();
  }, [token, conversationId]);

  /** Waits for as long as it takes; a lost connection does not matter. */
  async function say(content: string) {
    drafts.current += 1;
    const id = drafts.current;
    setPending((before) => [...before, { id, content }]);
    try {
      await client.current?.send({ chatType: 1, conversationId, content });
      setPending((before) => before.filter((draft) => draft.id !== id));
    } catch (error) {
      setPending((before) =>
        before.map((draft) => (draft.id === id ? { ...draft, refusal: String(error) } : draft)),
      );
    }
  }

  return { status, messages, pending, say };
}
