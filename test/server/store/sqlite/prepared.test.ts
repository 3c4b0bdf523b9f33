import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepared } from '../../../../src/server/store/sqlite/prepared.ts';

describe('prepared statements', () => {
  let db: Sqlite.Database;

  beforeEach(() => {
    db = new Sqlite(':memory:');
  });

  afterEach(() => {
    db.close();
  });

  it('are compiled once where they come again and again', () => {
    prepared(db, 'SELECT 1');
    const second = prepared(db, 'SELECT 1');
    askOthers(400);
    expect(prepared(db, 'SELECT 1')).toBe(second);
  });

  it('are not kept where they come once, nor push out those that come again', () => {
    prepared(db, 'SELECT 1');
    const kept = prepared(db, 'SELECT 1');
    const once = prepared(db, 'SELECT 2');
    askOthers(2000);
    expect(prepared(db, 'SELECT 1')).toBe(kept);
    expect(prepared(db, 'SELECT 2')).not.toBe(once);
  });

  it('are dropped, the least recently used first, where too many come again', () => {
    prepared(db, 'SELECT 1');
    const kept = prepared(db, 'SELECT 1');
    for (let number = 0; number < 600; number += 1) {
      prepared(db, `SELECT ${number} AS other`);
      prepared(db, `SELECT ${number} AS other`);
    }
    expect(prepared(db, 'SELECT 1')).not.toBe(kept);
  });

  function askOthers(count: number): void {
    for (let number = 0; number < count; number += 1) prepared(db, `SELECT 'other ${number}'`);
  }
});
