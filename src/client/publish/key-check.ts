import type { TableDefinition } from '../../catalog/table.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import { blockLength, type ColumnBlock } from '../../sharing/upload.ts';

/** Three 32-bit hashes, how many rows, and 1 + the first row: 0 marks a free entry. */
const ENTRY = 5;
const LANES = 3;
const COUNT = 3;
const FIRST_ROW = 4;
const CAPACITY_MIN = 1024;

/**
 * Checks within one part that no value of a declared key, or of a column with a declared multiplicity, has more rows than declared;
 * rows with a NULL in the key do not count. Values are compared by 96-bit hashes under a fresh random seed: a million
 * rows are refused wrongly with a chance below 2^-56. `counted`: multiplicities of columns above 1 are known to hold.
 */
export class KeyChecks {
  readonly #checks: readonly KeyCheck[];

  constructor(crypto: CryptoProvider, table: TableDefinition, rows: number, counted = false) {
    const names = table.columns.map((column) => column.name.toLowerCase());
    const declared = table.keys.map(({ columns, multiplicity }) => ({
      columns: columns.map((name) => names.indexOf(name.toLowerCase())),
      multiplicity,
    }));
    const single = table.columns.flatMap(({ multiplicity }, column) =>
      multiplicity === undefined || (counted && multiplicity > 1)
        ? []
        : [{ columns: [column], multiplicity }],
    );
    // Of what is declared twice the least counts.
    const least = new Map<string, { columns: number[]; multiplicity: number }>();
    for (const each of [...declared, ...single]) {
      const key = [...each.columns].sort((a, b) => a - b).join();
      const known = least.get(key);
      if (known === undefined || each.multiplicity < known.multiplicity) least.set(key, each);
    }
    const wanted = [...least.values()].filter(({ multiplicity }) => multiplicity < rows);
    const seed = new Int32Array(LANES);
    crypto.randomFill(new Uint8Array(seed.buffer));
    this.#checks = wanted.map(({ columns, multiplicity }) => {
      const what = columns.map((column) => table.columns[column]?.name).join(', ');
      return new KeyCheck(seed, columns, multiplicity, `${table.name} (${what})`);
    });
  }

  /** Adds the rows of a block; VALUE_OUT_OF_BOUNDS names the first row that is one too many. */
  add(block: readonly ColumnBlock[], firstRow: number): void {
    for (const check of this.#checks) check.add(block, firstRow);
  }
}

class KeyCheck {
  readonly #seed: Int32Array;
  readonly #columns: readonly number[];
  readonly #multiplicity: number;
  readonly #what: string;
  readonly #hash = new Int32Array(LANES);
  #entries = new Int32Array(CAPACITY_MIN * ENTRY);
  #used = 0;

  constructor(seed: Int32Array, columns: readonly number[], multiplicity: number, what: string) {
    this.#seed = seed;
    this.#columns = columns;
    this.#multiplicity = multiplicity;
    this.#what = what;
  }

  add(block: readonly ColumnBlock[], firstRow: number): void {
    const columns = this.#columns.map((column) => block[column] as ColumnBlock);
    const rows = blockLength(columns[0] as ColumnBlock);
    const words = columns.map(wordsOf);
    for (let row = 0; row < rows; row++) {
      if (columns.some(({ nulls }) => nulls?.[row])) continue;
      this.#hash.set(this.#seed);
      columns.forEach((column, k) => {
        hashValue(this.#hash, column, words[k] as Int32Array | undefined, row);
      });
      this.#count(firstRow + row);
    }
  }

  #count(row: number): void {
    if (this.#used * 4 > (this.#entries.length / ENTRY) * 3) this.#grow();
    const at = find(this.#entries, this.#hash, 0);
    const entries = this.#entries;
    if (entries[at + FIRST_ROW] === 0) {
      entries.set(this.#hash, at);
      entries[at + FIRST_ROW] = row + 1;
      this.#used++;
    }
    const count = (entries[at + COUNT] as number) + 1;
    entries[at + COUNT] = count;
    if (count <= this.#multiplicity) return;
    const most = this.#multiplicity === 1 ? 'one row' : `${this.#multiplicity} rows`;
    throw new TacitError(
      'VALUE_OUT_OF_BOUNDS',
      `${this.#what}: row ${row + 1} has the key of row ${entries[at + FIRST_ROW]}; ` +
        `a value may be in ${most} at most`,
    );
  }

  #grow(): void {
    const before = this.#entries;
    const after = new Int32Array(before.length * 2);
    for (let at = 0; at < before.length; at += ENTRY) {
      if (before[at + FIRST_ROW] === 0) continue;
      after.set(before.subarray(at, at + ENTRY), find(after, before, at));
    }
    this.#entries = after;
  }
}

/** Where the hash at `from` of `hashes` is, or goes. */
function find(entries: Int32Array, hashes: Int32Array, from: number): number {
  const mask = entries.length / ENTRY - 1;
  for (let slot = (hashes[from] as number) & mask; ; slot = (slot + 1) & mask) {
    const at = slot * ENTRY;
    if (entries[at + FIRST_ROW] === 0) return at;
    const isSame = entries[at] === hashes[from] && entries[at + 1] === hashes[from + 1];
    if (isSame && entries[at + 2] === hashes[from + 2]) return at;
  }
}

function wordsOf(column: ColumnBlock): Int32Array | undefined {
  if (!('values' in column)) return undefined;
  const { buffer, byteLength, byteOffset } = column.values;
  return new Int32Array(buffer, byteOffset, byteLength / 4);
}

function hashValue(
  hash: Int32Array,
  column: ColumnBlock,
  words: Int32Array | undefined,
  row: number,
): void {
  if (words) {
    mix(hash, words[2 * row] as number);
    mix(hash, words[2 * row + 1] as number);
  } else if ('text' in column) {
    const from = column.offsets[row] as number;
    const to = column.offsets[row + 1] as number;
    mix(hash, to - from);
    for (let k = from; k < to; k++) mix(hash, column.text[k] as number);
  }
}

/** One step of MurmurHash3 in every lane, with constants of its own. */
function mix(hash: Int32Array, word: number): void {
  for (let lane = 0; lane < LANES; lane++) {
    let k = Math.imul(word ^ (0x9e3779b9 * lane), 0xcc9e2d51 + 2 * lane);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    let h = (hash[lane] as number) ^ k;
    h = (h << 13) | (h >>> 19);
    h = Math.imul(h, 5) + 0xe6546b64;
    // The last words of a value must reach all bits: entries are placed by the low ones.
    h ^= h >>> 16;
    h = Math.imul(h, 0x85ebca6b);
    hash[lane] = h ^ (h >>> 13);
  }
}
