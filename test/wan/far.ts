import type { NetworkProfile } from '../../src/planner/network.ts';

/** Added to every message between two parties, so that a round trip takes twice as long. */
export const DELAY_MS = 50;

export const FAR: NetworkProfile = {
  name: 'far',
  roundTripSeconds: (2 * DELAY_MS) / 1000,
  bytesPerSecond: 12_500_000,
};

export const ROWS = 100_000;
export const SQL = 'SELECT AVG(b), MAX(a), SUM(a * b) FROM far WHERE a + b > 700 AND a * 3 < b';
