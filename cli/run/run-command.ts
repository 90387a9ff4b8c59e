import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { loadConfig } from '../config.ts';
import { createWriter, type Format } from '../output/writer.ts';
import { untilInterrupted } from './interrupt.ts';
import { type Output, runStatements } from './run-statements.ts';
import { TrialSession } from './session.ts';

export interface RunOptions {
  /** SQL text from the command line. */
  readonly execute?: string;
  /** A file of SQL text. */
  readonly sql?: string;
  readonly format: Format;
  readonly explain: boolean;
  readonly verbose: boolean;
}

/** `tacit run`: returns the exit code. */
export async function runCommand(
  config: string,
  options: RunOptions,
  output: Output,
): Promise<number> {
  const settings = loadConfig(config);
  const statements = await readSql(options);
  const session = await TrialSession.create();
  return untilInterrupted(
    async () => {
      const say = (line: string) => output.stderr(`${line}\n`);
      await session.open(settings, options.verbose ? 'info' : 'error', say);
      const query = (sql: string) => session.query(sql);
      const writer = createWriter(options.format);
      const failed = await runStatements(statements, options.explain, query, writer, output);
      return failed === 0 ? 0 : 1;
    },
    () => session.close(),
  );
}

async function readSql({ execute, sql }: RunOptions): Promise<string> {
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
