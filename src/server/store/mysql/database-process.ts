import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { connectOptions } from './connect-options.ts';
import { parseDsn } from './parse-dsn.ts';

/** The process that serves the database `dsn` names, if it runs on this machine and says so; else undefined. */
export async function databaseProcess(dsn: string): Promise<number | undefined> {
  try {
    const connection = await createConnection(connectOptions(parseDsn(dsn)));
    try {
      const [rows] = await connection.query<PlaceRow[]>(
        'SELECT @@hostname AS host, @@datadir AS folder, @@pid_file AS file',
      );
      return await readPid(rows[0]);
    } finally {
      connection.destroy();
    }
  } catch {
    return undefined;
  }
}

interface PlaceRow extends RowDataPacket {
  readonly host: string;
  readonly folder: string;
  readonly file: string;
}

async function readPid(place: PlaceRow | undefined): Promise<number | undefined> {
  if (place === undefined || place.host !== hostname()) return undefined;
  const { file, folder } = place;
  const pid = Number((await readFile(isAbsolute(file) ? file : join(folder, file), 'utf8')).trim());
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}
