import { access } from 'node:fs/promises';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { pairsToFill } from '../../src/parser/hints.ts';
import { parseStatements } from '../../src/parser/parse.ts';
import { previousOf, type ReceiptKeeper, writeNew } from './receipt-keeper.ts';

/**
 * The receipt of one statement in a file of its own, and in `FILE.before` that of the count that it asked for first; `previous` names the file of the receipt before. CONFIG_INVALID, before
 * anything is asked, if the file exists or there is not exactly one statement.
 */
export async function receiptFile(
  file: string,
  statements: string,
  previous?: string,
): Promise<ReceiptKeeper> {
  const count = parseStatements(statements).length;
  if (count !== 1) {
    const message = `--receipt takes the receipt of one statement, not of ${count}`;
    throw new TacitError('CONFIG_INVALID', message);
  }
  const counts = pairsToFill(statements) !== undefined;
  for (const path of [file, ...(counts ? [placeBefore(file)] : [])]) {
    const isTaken = await access(path).then(
      () => true,
      () => false,
    );
    if (isTaken) throw new TacitError('CONFIG_INVALID', `--receipt: ${path} exists already`);
  }
  const digest = previous === undefined ? undefined : await previousOf(previous);
  return {
    previous: digest,
    keep: async (text, before) => {
      const place = before === undefined ? file : placeBefore(file);
      await writeNew(place, text);
      return place;
    },
  };
}

const placeBefore = (file: string) => `${file}.before`;
