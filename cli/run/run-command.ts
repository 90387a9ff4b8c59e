import type { Security } from '../../src/program/program.ts';
import { loadConfig } from '../config.ts';
import { createWriter, type Format } from '../output/writer.ts';
import { askAndKeep } from '../query/ask-statement.ts';
import { readSql, type SqlSource } from '../query/read-sql.ts';
import { ReceiptFolder } from '../receipts/receipt-folder.ts';
import { writeNew } from '../receipts/receipt-keeper.ts';
import { untilInterrupted } from './interrupt.ts';
import { type Output, runStatements } from './run-statements.ts';
import { TrialSession } from './session.ts';

export interface RunOptions extends SqlSource {
  readonly format: Format;
  readonly explain: boolean;
  /** Default: active. */
  readonly security?: Security;
  readonly verbose: boolean;
  /** Folder for receipts. */
  readonly receipt?: string;
  /** New file for the trial's consortium. */
  readonly saveConsortium?: string;
}

/** `tacit run`: returns the exit code. */
export async function runCommand(
  config: string,
  options: RunOptions,
  output: Output,
): Promise<number> {
  const settings = loadConfig(config);
  const statements = await readSql(options);
  const { receipt, saveConsortium } = options;
  const keeper = receipt === undefined ? undefined : await ReceiptFolder.open(receipt);
  const session = await TrialSession.create();
  return untilInterrupted(
    async () => {
      const say = (line: string) => output.stderr(`${line}\n`);
      const { security, verbose } = options;
      await session.open(settings, { log: verbose ? 'info' : 'error', security }, say);
      if (saveConsortium !== undefined) await writeNew(saveConsortium, session.consortiumText);
      const query = askAndKeep(keeper, (sql, previous) => session.query(sql, previous), say);
      const writer = createWriter(options.format);
      const failed = await runStatements(statements, options.explain, query, writer, output);
      return failed === 0 ? 0 : 1;
    },
    () => session.close(),
  );
}
