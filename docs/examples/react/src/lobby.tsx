import { useChat } from './use-chat';

export function Lobby({ token }: { token: string }) {
  const { status, messages, pending, say } = useChat(token, 'all');

  function submit(form: FormData) {
    void say(String(form.get('content')));
  }

  return (
    <>
      <p role="status">
        {status.state} {'why' in status ? `${status.why.name} ${status.why.text}` : ''}
      </p>
      <ol>
        {messages.map(({ id, sendId, content, recalled }) => (
          <li key={id}>
            user {sendId}: {recalled ? '(taken back)' : content}
          </li>
        ))}
      </ol>
      <ul>
        {pending.map(({ id, content, refusal }) => (
          <li key={id}>
            {content} {refusal ?? '…'}
          </li>
        ))}
      </ul>
      <form action={submit}>
        <input name="content" aria-label="Message" autoComplete="off" />
        <button>Send</button>
      </form>
    </>
  );
}
