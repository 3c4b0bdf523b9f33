// uWebSockets.js, the C++ server: nothing is stored, checked or numbered. A group is a topic, delivery one `publish`.
// Runs on Node 16, 18 or 20: the package has no binary for later ones, and would fall back to JavaScript.
import uws from '@trufflesuite/uws-js-unofficial';

if (uws.SSLApp === undefined) throw new Error(`no binary of uWebSockets.js for Node ${process.version}`);

const users = new Map();
const decoder = new TextDecoder();
const app = uws.App();

app.ws('/ws', {
  idleTimeout: 0,
  maxPayloadLength: 64 * 1024,
  maxBackpressure: 1024 * 1024,
  upgrade(response, request, context) {
    const key = request.getHeader('sec-websocket-key');
    const identity = { user: request.getQuery('user'), group: request.getQuery('group') };
    response.upgrade(identity, key, '', request.getHeader('sec-websocket-extensions'), context);
  },
  open(socket) {
    const { user, group } = socket.getUserData();
    users.set(user, socket);
    if (group) socket.subscribe(group);
  },
  message(socket, bytes) {
    const frame = JSON.parse(decoder.decode(bytes));
    const message = toMessage(frame, socket.getUserData().user);
    if (frame.chatType === 2) users.get(frame.recvId)?.send(message);
    else app.publish(frame.conversationId, message);
    socket.send(JSON.stringify({ type: 'ack', clientMsgId: frame.clientMsgId }));
  },
  close(socket) {
    users.delete(socket.getUserData().user);
  },
});
app.listen('127.0.0.1', Number(process.argv[2]), (listening) => {
  console.log(listening ? 'listening' : 'the port is taken');
});

function toMessage({ conversationId, recvId, chatType, content, contentType }, sendId) {
  return JSON.stringify({ conversationId, recvId, sendId, chatType, content, contentType });
}
