import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { TacitError } from '../../src/errors/tacit-error.ts';

/** Where a command finds its SQL. */
export interface SqlSource {
  /** SQL text from the command line. */
  readonly execute?: string;
  /** A file of SQL text. */
  readonly sql?: string;
}

/** The statements to run: given ones, those of a file, or those of stdin. CONFIG_INVALID if there are none. */
export async function readSql({ execute, sql }: SqlSource): Promise<string> {
  if (execute !== undefined) return execute;
  if (sql !== undefined) {
    try {
      return await readFile(sql, 'utf8');
    } catch (cause) {
      const message = `--sql: the file ${sql} cannot be read`;
      throw new TacitError('CONFIG_INVALID', message, undefined, { cause });
    }
  }
  if (process.stdin.isTTY) {
    throw new TacitError('CONFIG_INVALID', 'no SQL: use -e SQL, --sql FILE, or pipe it to stdin');
  }
  return text(process.stdin);
}
