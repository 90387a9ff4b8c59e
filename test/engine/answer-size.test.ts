import { describe, expect, it } from 'vitest';
import { ANSWER_BYTES_MAX, requireAnswerFits } from '../../src/engine/answer-size.ts';
import type { ResultStage } from '../../src/program/program.ts';

/** Results that open `planes` planes of `rows` rows. */
function opening(rows: number, planes: number): { readonly results: ResultStage } {
  const list = Array.from({ length: planes }, (_, k) => k);
  return {
    results: {
      ...{ scalars: 0, folds: 0, relations: 1, constants: [], tests: [], reveal: [], operator: 0 },
      planes: { relation: 0, rows, planes: list },
    },
  };
}

describe('the largest answer', () => {
  it('has 64 MiB at each party', () => {
    expect(ANSWER_BYTES_MAX).toBe(2 ** 26);
    expect(() => requireAnswerFits(opening(2 ** 20, 256))).not.toThrow();
    expect(() => requireAnswerFits(opening(2 ** 20, 257))).toThrow(
      expect.objectContaining({
        code: 'SQL_TOO_LARGE',
        message: expect.stringContaining('1048576 places for rows of 257 bits, which is 65 MiB'),
      }),
    );
  });
});
