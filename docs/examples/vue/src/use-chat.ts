import { type ClientStatus, createWebSocket, type MessageFrame } from 'chatd/client';
import { onScopeDispose, reactive, ref, shallowRef } from 'vue';

interface Draft {
  readonly id: number;
  readonly content: string;
  refusal?: string;
}

/** One conversation, live, for as long as the component is there. */
export function useChat(token: string, conversationId: string) {
  const client = createWebSocket(token, { history: 50 });
  const status = shallowRef<ClientStatus>(client.status);
  const messages = ref<MessageFrame[]>([]);
  const pending = ref<Draft[]>([]);
  let drafts = 0;

  client.onStatusChange((now) => {
    status.value = now;
  });
  client.on('message', (message) => {
    if (message.conversationId === conversationId) messages.value.push(message);
  });
  client.connect().catch(() => {
    // The status says why.
  });
  onScopeDispose(() => client.close());

  /** Waits for as long as it takes; a lost connection does not matter. */
  async function say(content: string) {
    drafts += 1;
    const draft = reactive<Draft>({ id: drafts, content });
    pending.value.push(draft);
    try {
      await client.send({ chatType: 1, conversationId, content });
      pending.value = pending.value.filter(({ id }) => id !== draft.id);
    } catch (error) {
      draft.refusal = String(error);
    }
  }

  return { status, messages, pending, say };
}
