// Plain `ws`, as everyone begins: nothing is stored, checked or numbered. A private message goes to the one it is for, a
// group's by one `send` to each member; the sender gets an acknowledgement at once. The measure of all ratios.
import { createRequire } from 'node:module';

// The one chatd uses, not the older one that another peer brings.
const { WebSocketServer } = createRequire(new URL('../../../package.json', import.meta.url))('ws');

const users = new Map();
const groups = new Map();
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2]), backlog: 4096 });

server.on('connection', (socket, request) => {
  const query = new URL(request.url, 'ws://relay').searchParams;
  const user = query.get('user');
  const group = query.get('group');
  users.set(user, socket);
  if (group) joinGroup(group, socket);
  socket.on('message', (text) => {
    const frame = JSON.parse(text);
    deliver(frame, toMessage(frame, user));
    socket.send(JSON.stringify({ type: 'ack', clientMsgId: frame.clientMsgId }));
  });
  socket.on('close', () => {
    users.delete(user);
    groups.get(group)?.delete(socket);
  });
});
server.on('listening', () => console.log('listening'));

function deliver({ chatType, recvId, conversationId }, message) {
  if (chatType === 2) users.get(recvId)?.send(message);
  else for (const member of groups.get(conversationId) ?? []) member.send(message);
}

function toMessage({ conversationId, recvId, chatType, content, contentType }, sendId) {
  return JSON.stringify({ conversationId, recvId, sendId, chatType, content, contentType });
}

function joinGroup(group, socket) {
  if (!groups.has(group)) groups.set(group, new Set());
  groups.get(group).add(socket);
}
