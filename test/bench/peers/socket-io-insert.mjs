// Socket.IO 4 with what most tutorials add to it: one INSERT for each message, and delivery after it. A user and a group
// are rooms. The database's pool is mysql2's; its statements are prepared.
import { createServer } from 'node:http';
import { createPool } from 'mysql2/promise';
import { Server } from 'socket.io';

const [port, databaseUrl] = process.argv.slice(2);
const pool = createPool({ uri: databaseUrl, connectionLimit: 10 });
await pool.query(`CREATE TABLE messages (
  id BIGINT PRIMARY KEY AUTO_INCREMENT, conversation VARCHAR(64) NOT NULL, sender BIGINT NOT NULL,
  content TEXT NOT NULL, content_type SMALLINT NOT NULL, sent_at BIGINT NOT NULL, KEY (conversation, id))`);

const http = createServer();
const io = new Server(http, { transports: ['websocket'] });

io.on('connection', (socket) => {
  const { user, group } = socket.handshake.query;
  socket.join(user);
  if (group) socket.join(group);
  socket.on('chat', async (frame, acknowledge) => {
    const { chatType, recvId, content, contentType, clientMsgId } = frame;
    const conversationId = chatType === 2 ? [user, recvId].sort().join(':') : frame.conversationId;
    const row = [conversationId, user, content, contentType, Date.now()];
    const [stored] = await pool.execute(INSERT, row);
    const message = { conversationId, recvId, sendId: user, chatType, content, contentType };
    io.to(chatType === 2 ? recvId : conversationId).emit('chat', { id: stored.insertId, ...message });
    acknowledge({ clientMsgId });
  });
});
http.listen(Number(port), '127.0.0.1', 4096, () => console.log('listening'));

const INSERT =
  'INSERT INTO messages (conversation, sender, content, content_type, sent_at) VALUES (?, ?, ?, ?, ?)';
