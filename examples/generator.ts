import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Dice } from '../demo/random.ts';

/** One file of made-up rows: its header and how each row is drawn. */
export interface MadeUp {
  readonly file: string;
  readonly header: string;
  readonly rows: number;
  readonly row: (dice: Dice, index: number) => readonly (string | number | boolean)[];
}

/**
 * Writes the files into `data/` beside an example's generator. The same seed gives the same bytes. Empty text is NULL;
 * values with commas or quotes are not needed and not escaped.
 */
export async function generate(
  example: string,
  seed: number,
  files: readonly MadeUp[],
): Promise<void> {
  const folder = join(example, 'data');
  await mkdir(folder, { recursive: true });
  for (const [k, { file, header, rows, row }] of files.entries()) {
    const dice = new Dice(seed + k);
    const lines = Array.from({ length: rows }, (_, index) => row(dice, index).join(','));
    await writeFile(join(folder, file), `${header}\n${lines.join('\n')}\n`);
  }
}

/** A day as YYYY-MM-DD, `days` after the first one. */
export function dayAfter(first: string, days: number): string {
  return new Date(Date.parse(`${first}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
