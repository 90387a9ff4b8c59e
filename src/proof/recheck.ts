import type { CryptoProvider } from '../crypto/provider.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { coinCount } from '../program/measure-check.ts';
import { equalBytes } from '../protocol/opening.ts';
import type { CheckRecord } from './check-record.ts';
import { chainFrom, coinOf } from './coins.ts';
import { fieldOf } from './fields.ts';
import { type Committee, requireVerified } from './opened.ts';

/** What a record is checked against; it comes from the auditor's own knowledge of the consortium. */
export interface RecheckInput extends Committee {
  readonly crypto: Pick<CryptoProvider, 'sha256'>;
  readonly queryId: Uint8Array;
}

/**
 * Checks again what of a check can be checked by its record alone: that there is one head, reveal and opened share per party of
 * the committee; that every reveal, hashed as often as the batch's shape has coins, gives its head; that the opened shares
 * of x, y and h belong to one polynomial of degree t each over the shape's field; and that x * y = h. Returns all coins, the
 * last one being that of the opened values.
 *
 * COIN_INVALID, OPENING_INCONSISTENT, CHECK_FAILED or RECEIPT_INVALID otherwise. A record binds the parties to one
 * story; more than t of them can invent one that passes (PROTOCOLS 5.1).
 */
export function recheck(record: CheckRecord, input: RecheckInput): Uint8Array[] {
  const { batch, shape, heads, reveals, opened } = record;
  const { committee, threshold, crypto, queryId } = input;
  requireForm(record, committee);
  const coins = coinCount(shape);
  const context = { crypto, queryId, batch };
  const chains = reveals.map((reveal, k) => {
    const party = committee[k] ?? 0;
    const chain = chainFrom(context, party, coins, reveal);
    if (equalBytes(chain[0] ?? new Uint8Array(), heads[k] ?? new Uint8Array())) return chain;
    throw new TacitError(
      'COIN_INVALID',
      `what party ${party + 1} revealed last in the check of batch ${batch} does not hash to its head`,
    );
  });
  requireVerified(fieldOf(shape.kind), { committee, threshold }, opened, shape, batch);
  return Array.from({ length: coins }, (_, k) =>
    coinOf(
      context,
      k,
      chains.map((chain) => chain[k + 1] ?? new Uint8Array()),
    ),
  );
}

/** One of everything per party, and shares that are elements. */
function requireForm(
  { batch, shape, heads, reveals, opened }: CheckRecord,
  committee: readonly number[],
): void {
  const { size } = fieldOf(shape.kind);
  const hashes = [heads, reveals];
  const shares = [opened.x, opened.y, opened.h];
  const isWhole =
    [...hashes, ...shares].every((vector) => vector.length === committee.length) &&
    hashes.flat().every((hash) => hash.length === HASH_BYTES) &&
    shares.flat().every((share) => share >= 0n && share < size);
  if (isWhole) return;
  throw new TacitError(
    'RECEIPT_INVALID',
    `the record of the check of batch ${batch} lacks something or holds a number outside the field`,
  );
}

const HASH_BYTES = 32;
