import { rankBits } from '../../program/shapes.ts';
import type { JoinWork } from './join-work.ts';
import { type Word, WordRows } from './word-rows.ts';

/** Numbers of a relation of public values. */
const LOW = 128;
const HIGH_MAX = 1024;

/** The public numbers 0, 1, ..., at least `count` of them, as rows. */
export function positions(
  work: JoinWork,
  count: number,
): { readonly rows: WordRows; readonly number: Word } {
  if (count <= HIGH_MAX) return constants(work, count);
  const high = positions(work, Math.ceil(count / LOW));
  const low = constants(work, LOW);
  const rows = WordRows.pairs(work.shop, work.operator, high.rows, low.rows);
  const [number] = rows.compute(({ read }) => [[...read(low.number), ...read(high.number)]], []);
  if (number === undefined) throw new RangeError('numbers of rows');
  return { rows, number };
}

function constants({ shop, operator }: JoinWork, count: number) {
  const relation = shop.numbering.relation();
  const width = rankBits(count - 1);
  const values = Array.from({ length: count }, (_, k) => BigInt(k));
  const columns = [{ kind: 'constant', values, width }] as const;
  shop.stages.push({ kind: 'collect', relation, rows: count, columns, operator });
  const rows = new WordRows(shop, operator, { relation, rows: count, planes: width, columns: [] });
  const [number] = rows.compute(({ circuit }) => [
    Array.from({ length: width }, (_, k) => circuit.plane(k)),
  ]);
  if (number === undefined) throw new RangeError('numbers of rows');
  return { rows, number };
}
