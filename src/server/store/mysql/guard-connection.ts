import { isReadOnlyServer } from '../errors.ts';

/** What is guarded of a mysql2 connection, as Sequelize's pool hands it out. */
export interface GuardedConnection {
  query(...parameters: unknown[]): unknown;
  execute(...parameters: unknown[]): unknown;
  destroy(): void;
  readonly stream: { destroy(): void };
}

type Callback = (error: Error | null, ...results: unknown[]) => void;

/**
 * Makes every query of `connection` end: one without an answer after `timeoutMs` fails with ETIMEDOUT, where mysql2
 * would wait for a stopped server for ever. The connection ends with it, as it does when the server has become
 * read-only after a fail-over: Sequelize's pool would go on lending it.
 */
export function guardConnection(connection: GuardedConnection, timeoutMs: number): void {
  const end = (): void => {
    connection.destroy();
    connection.stream.destroy();
  };
  connection.query = guarded(connection.query.bind(connection), timeoutMs, end);
  connection.execute = guarded(connection.execute.bind(connection), timeoutMs, end);
}

function guarded(
  send: (...parameters: unknown[]) => unknown,
  timeoutMs: number,
  end: () => void,
): (...parameters: unknown[]) => unknown {
  return (...parameters) => {
    const callback = parameters.at(-1);
    if (typeof callback !== 'function') return send(...parameters);
    return send(...parameters.slice(0, -1), withTimeout(callback as Callback, timeoutMs, end));
  };
}

function withTimeout(callback: Callback, timeoutMs: number, end: () => void): Callback {
  let answered = false;
  function answer(error: Error | null, ...results: unknown[]): void {
    if (answered) return;
    answered = true;
    clearTimeout(timer);
    if (isReadOnlyServer(error)) end();
    callback(error, ...results);
  }
  const timer = setTimeout(() => {
    end();
    answer(Object.assign(new Error('the database did not answer'), { code: 'ETIMEDOUT', fatal: true }));
  }, timeoutMs);
  return answer;
}
