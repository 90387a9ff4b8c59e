import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReceiptFolder } from '../cli/receipts/receipt-folder.ts';
import { describeReceipt, writeNew } from '../cli/receipts/receipt-keeper.ts';
import { auditReceipts } from '../src/audit/audit.ts';
import type { QueryReceipt } from '../src/client/query/run-query.ts';
import { nodeCrypto } from '../src/crypto/node.ts';
import { nodeKeys } from '../src/crypto/node-keys.ts';

/** The demo's receipts in a folder that stays, each verified as `tacit verify` would. */
export class KeptReceipts {
  readonly #place: string;
  readonly #consortium: string;
  readonly #folder: ReceiptFolder;

  private constructor(place: string, consortium: string, folder: ReceiptFolder) {
    this.#place = place;
    this.#consortium = consortium;
    this.#folder = folder;
  }

  /** Writes the consortium's file into an empty folder; receipts will lie in `receipts` beside it. */
  static async open(place: string, consortium: string): Promise<KeptReceipts> {
    await writeNew(join(place, 'consortium.json'), consortium);
    const folder = await ReceiptFolder.open(join(place, 'receipts'));
    return new KeptReceipts(place, consortium, folder);
  }

  /** Digest of the newest receipt. */
  get previous(): string | undefined {
    return this.#folder.previous;
  }

  /** Keeps a receipt and verifies the file by the consortium's keys, as anybody could who has both. */
  async keepAndVerify({ body, text }: QueryReceipt): Promise<{ line: string; passed: boolean }> {
    const file = await this.#folder.keep(text());
    const platform = { crypto: nodeCrypto, keys: nodeKeys };
    const read = [{ name: file, bytes: await readFile(file) }];
    const { files, passed } = auditReceipts(platform, read, this.#consortium);
    const [failed] = files.flatMap(({ findings }) => {
      return findings.filter(({ verdict }) => verdict === 'fails');
    });
    const verdict = passed ? 'verified' : `REJECTED (${failed?.name}: ${failed?.text})`;
    return { line: `receipt ${verdict}: ${describeReceipt(body)}`, passed };
  }

  /** How a reader checks them. */
  instructions(): string {
    return `
The receipts show anybody, without the parties and without a network, what was asked of which versions of the tables, and that
all three parties computed and signed this answer. Check one yourself:

    node bin/tacit.js verify ${join(this.#place, 'receipts', '0001.receipt.json')} \\
      --consortium ${join(this.#place, 'consortium.json')}
`;
  }
}
