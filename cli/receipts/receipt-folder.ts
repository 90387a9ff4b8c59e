import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { digestOf, previousOf, type ReceiptKeeper, writeNew } from './receipt-keeper.ts';

const DIGITS = 4;

/** A folder that holds one chain of receipts, `0001.receipt.json`, `0002.receipt.json` ..., and nothing else. */
export class ReceiptFolder implements ReceiptKeeper {
  readonly #dir: string;
  #count: number;
  #previous: string | undefined;

  private constructor(dir: string, count: number, previous: string | undefined) {
    this.#dir = dir;
    this.#count = count;
    this.#previous = previous;
  }

  /** Opens a folder, or makes it; a chain in it goes on. CONFIG_INVALID if it holds anything but a chain. */
  static async open(dir: string): Promise<ReceiptFolder> {
    let names: string[];
    try {
      await mkdir(dir, { recursive: true });
      names = (await readdir(dir)).sort();
    } catch (cause) {
      const message = `--receipt: the folder ${dir} cannot be used`;
      throw new TacitError('CONFIG_INVALID', message, undefined, { cause });
    }
    const known = new Set(names.map((_, k) => nameOf(k + 1)));
    const stray = names.find((name) => !known.has(name));
    if (stray !== undefined) {
      const message = `--receipt: the folder ${dir} may hold nothing but ${nameOf(1)}, ${nameOf(2)} and so on; ${stray} is in it`;
      throw new TacitError('CONFIG_INVALID', message);
    }
    const last = names.length === 0 ? undefined : join(dir, nameOf(names.length));
    return new ReceiptFolder(dir, names.length, last && (await previousOf(last)));
  }

  get previous(): string | undefined {
    return this.#previous;
  }

  async keep(text: string): Promise<string> {
    const file = join(this.#dir, nameOf(this.#count + 1));
    await writeNew(file, text);
    this.#count++;
    this.#previous = digestOf(text);
    return file;
  }
}

function nameOf(number: number): string {
  return `${String(number).padStart(DIGITS, '0')}.receipt.json`;
}
