import { readFile, writeFile } from 'node:fs/promises';
import { hex } from '../../src/crypto/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { decodeReceipt } from '../../src/receipt/decode.ts';
import { receiptDigest } from '../../src/receipt/digest.ts';
import type { ReceiptBody } from '../../src/receipt/receipt.ts';

/** Where an analyst keeps receipts. Each names the one before it, so that they make a chain. */
export interface ReceiptKeeper {
  /** Digest of the newest receipt, for the next question; undefined if there is none. */
  readonly previous: string | undefined;
  /**
   * Keeps a receipt's text and returns the path of its file; `before` says that it is that of a count whose statement's receipt comes next.
   * CONFIG_INVALID if it cannot be written.
   */
  keep(text: string, before?: 'before'): Promise<string>;
}

/** What the analyst's client has verified of an answer that it accepted, in a few words. */
export function describeReceipt({ checks, committee, errorBoundLog2, suite }: ReceiptBody): string {
  const signed = `signed by all ${committee.length} parties`;
  if (suite.security === 'passive') return `${signed}; passive security, nothing was verified`;
  const batches = `${checks.length} ${checks.length === 1 ? 'batch' : 'batches'}`;
  return `${signed}; ${batches} verified, an error passes with probability at most 2^${errorBoundLog2}`;
}

/** Digest of a receipt's text as the next one names it. */
export function digestOf(text: string): string {
  return hex(receiptDigest(nodeCrypto, text));
}

/** Digest of the receipt in a file, for a question that follows it. CONFIG_INVALID if it is none. */
export async function previousOf(file: string): Promise<string> {
  try {
    const bytes = await readFile(file);
    decodeReceipt(bytes);
    return digestOf(bytes.toString('utf8'));
  } catch (cause) {
    const why = cause instanceof TacitError ? cause.message : 'it cannot be read';
    const message = `${file} is no receipt that could be followed: ${why}`;
    throw new TacitError('CONFIG_INVALID', message, undefined, { cause });
  }
}

/** Writes a new file; CONFIG_INVALID if there is one already, or it cannot be written. */
export async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const message = `${file} ${exists ? 'exists already' : 'cannot be written'}`;
    throw new TacitError('CONFIG_INVALID', message, undefined, { cause });
  }
}
