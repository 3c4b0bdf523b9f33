// One durable INSERT for each message and nothing else, no server before it: `rate` a second, evenly. Prints how long
// they took in ms: the floor under everything that stores before it acknowledges.
import { build } from 'hdr-histogram-js';
import { createPool } from 'mysql2/promise';

const [databaseUrl, ...numbers] = process.argv.slice(2);
const [rate, size, warmupMs, durationMs] = numbers.map(Number);
const pool = createPool({ uri: databaseUrl, connectionLimit: 20, maxIdle: 20 });
await pool.query('CREATE TABLE bare (id BIGINT PRIMARY KEY AUTO_INCREMENT, content TEXT NOT NULL)');
await Promise.all(Array.from({ length: 20 }, () => pool.execute('SELECT SLEEP(0.1)')));

const content = 'x'.repeat(size);
const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000 });
const start = performance.now();
const total = ((warmupMs + durationMs) * rate) / 1000;
const pending = [];
for (let number = 0; number < total; ) {
  const due = ((performance.now() - start) * rate) / 1000;
  for (; number <= due && number < total; number += 1) pending.push(insertOne(number));
  await new Promise((resolve) => setTimeout(resolve, 1));
}
await Promise.all(pending);
await pool.end();

const at = (percentile) => histogram.getValueAtPercentile(percentile) / 1000;
console.log(
  JSON.stringify({ p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: histogram.maxValue / 1000 }),
);

async function insertOne(number) {
  const dueAt = start + (number * 1000) / rate;
  // As the load generator does: late by more than a timer's grain counts, less is the timer's own.
  const now = performance.now();
  const since = now - dueAt <= 2 ? now : dueAt;
  await pool.execute('INSERT INTO bare (content) VALUES (?)', [content]);
  if (dueAt - start >= warmupMs) histogram.recordValue(Math.round((performance.now() - since) * 1000));
}
