import type { Workshop } from '../collect.ts';
import { radixSort } from './radix-sort.ts';
import type { PlaneRelation } from './relation.ts';
import { sortStage } from './stages.ts';
import { type Make, soonest } from './trial.ts';

/** More rows are never sorted sooner by a network: it has more rounds. */
const NETWORK_ROWS = 4;
/** Fewer rows, or wider keys, are never sorted sooner bit by bit. */
const RADIX_ROWS = 512;
const RADIX_BITS = 4;

/**
 * The relation sorted ascending by the unsigned number in the planes `key` (LSB first); ties keep their order. Where a plane is read
 * twice, only the more significant time says anything. By a shuffle and opened comparisons, a network, or bit by bit, whichever is
 * soonest done.
 */
export function sort(
  shop: Workshop,
  operator: number,
  from: PlaneRelation,
  key: readonly number[],
): PlaneRelation {
  const bits = key.filter((plane, k) => key.lastIndexOf(plane) === k);
  if (bits.length === 0) return from;
  const by =
    (method: 'quick' | 'network'): Make =>
    (to, at, rows) =>
      sortStage(to, at, rows, bits, method);
  const ways = from.rows > 1 && from.rows <= NETWORK_ROWS ? [by('network')] : [];
  if (from.rows >= RADIX_ROWS && bits.length <= RADIX_BITS) {
    ways.push((to, at, rows) => radixSort(to, at, rows, bits));
  }
  return soonest(shop, from, [by('quick'), ...ways])(shop, operator, from);
}
