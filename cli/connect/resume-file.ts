import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type {
  UploadJournal,
  UploadProgress,
  UploadStart,
} from '../../src/client/publish/upload-journal.ts';
import { fromHex, hex } from '../../src/crypto/hex.ts';

/** Only the owner reads it: with the seed and one party's shares anybody has the rows. */
const MODE = 0o600;
const DIGEST_HEX = 64;

/**
 * A journal in a file: a line of JSON about the upload, then a line for each block. What is on a line that was not
 * finished does not count.
 */
export class ResumeFile implements UploadJournal {
  readonly #path: string;
  #handle: FileHandle | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async read(): Promise<UploadProgress | undefined> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    const [head = '', ...lines] = text.split('\n').slice(0, -1);
    const start = parseStart(head);
    if (!start) return undefined;
    const digests: Uint8Array[] = [];
    for (const line of lines) {
      const digest = line.length === DIGEST_HEX ? fromHex(line) : undefined;
      if (!digest) break;
      digests.push(digest);
    }
    // A torn line must not become part of the next one.
    await this.#write({ ...start, digests });
    return { ...start, digests };
  }

  async start(upload: UploadStart): Promise<void> {
    await this.#write({ ...upload, digests: [] });
  }

  async append(digest: Uint8Array): Promise<void> {
    this.#handle ??= await open(this.#path, 'a', MODE);
    await this.#handle.write(`${hex(digest)}\n`);
    await this.#handle.sync();
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.#path, { force: true });
    await syncDirectory(this.#path);
  }

  /** Lets go of the file; what was under way stays in it. */
  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  /** Whole or not at all: beside the file first, then in its place. */
  async #write({ definition, digests, partId, rows, seed }: UploadProgress): Promise<void> {
    await this.close();
    const head = JSON.stringify({ format: 1, partId, definition, rows, seed: hex(seed) });
    const beside = `${this.#path}.new`;
    await rm(beside, { force: true });
    const file = await open(beside, 'wx', MODE);
    try {
      await file.write(`${[head, ...digests.map(hex)].join('\n')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, this.#path);
    await syncDirectory(this.#path);
  }
}

function parseStart(line: string): UploadStart | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const field = (name: string): unknown => Reflect.get(value, name);
  const [partId, definition, rows] = [field('partId'), field('definition'), field('rows')];
  const seed = fromHex(String(field('seed')));
  const isWhole =
    field('format') === 1 &&
    typeof partId === 'string' &&
    /^[0-9a-f]{32}$/.test(partId) &&
    typeof definition === 'string' &&
    typeof rows === 'number' &&
    seed?.length === 32;
  return isWhole ? { partId, definition, rows, seed } : undefined;
}

/** A file that was made or removed is on disk when its directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
