// chatd/client as one file from the server itself: no build, no packages.
import { createWebSocket } from 'http://127.0.0.1:8889/sdk/chatd-client.js';

const server = 'http://127.0.0.1:8889';
const element = (id) => document.getElementById(id);
const status = element('status');

element('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { name, password } = Object.fromEntries(new FormData(event.target));
  const account = await call(`/v1/user/${event.submitter.value}`, { name, password });
  if (account === undefined) return;
  const { wsUrl } = await call('/v1/info');
  chat(account.token, wsUrl);
});

/** The lobby: everybody is in it. */
function chat(token, url) {
  const client = createWebSocket(token, { url, history: 50 });

  client.on('message', ({ conversationId, sendId, content, recalled }) => {
    if (conversationId === 'all')
      addLine('messages', `user ${sendId}: ${recalled ? '(taken back)' : content}`);
  });
  client.onStatusChange(({ state, why }) => {
    status.textContent = why === undefined ? state : `${state}: ${why.name ?? why.code} ${why.text}`;
  });
  element('say').addEventListener('submit', async (event) => {
    event.preventDefault();
    const content = new FormData(event.target).get('content');
    event.target.reset();
    const line = addLine('pending', `${content} …`);
    try {
      // Waits for as long as it takes; a lost connection does not matter.
      await client.send({ chatType: 1, conversationId: 'all', content });
      line.remove();
    } catch (error) {
      line.textContent = `${content}: ${error.message}`;
    }
  });

  element('sign-in').hidden = true;
  document.querySelector('main').hidden = false;
  client.connect().catch(() => {
    // onStatusChange has said why.
  });
}

function addLine(list, text) {
  const line = document.createElement('li');
  line.textContent = text;
  return element(list).appendChild(line);
}

/** A call of the HTTP API: its `data`; if it is refused, the reason is shown. */
async function call(path, body) {
  const response = await fetch(server + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { code, msg, data } = await response.json();
  status.textContent = code === 200 ? '' : msg;
  return code === 200 ? data : undefined;
}
