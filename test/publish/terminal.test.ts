import { describe, expect, it } from 'vitest';
import { isConfirmed } from '../../cli/output/confirm.ts';
import { ProgressBar } from '../../cli/publish/progress-bar.ts';

/** What a bar writes while the steps are done, one a second. */
function written(isTerminal: boolean, steps: readonly number[], total = 8): string[] {
  const pieces: string[] = [];
  let now = 0;
  const write = (text: string) => void pieces.push(text);
  const bar = new ProgressBar(4000, write, isTerminal, () => now++);
  for (const step of steps) bar.show(step, total);
  bar.end();
  return pieces;
}

describe('ProgressBar', () => {
  it('overwrites one line of a terminal, and ends it', () => {
    const [first, second, last, end] = written(true, [0, 2, 8]);
    expect(first).toBe(`\r[${'-'.repeat(24)}]   0 %  0 of 4,000 rows`);
    expect(second).toBe(
      `\r[${'#'.repeat(6)}${'-'.repeat(18)}]  25 %  1,000 of 4,000 rows, 3 s left`,
    );
    expect(last?.trimEnd()).toBe(`\r[${'#'.repeat(24)}] 100 %  4,000 of 4,000 rows`);
    expect(last?.length).toBe(second?.length);
    expect(end).toBe('\n');
  });

  it('writes a line every ten percent where there is no terminal', () => {
    const steps = Array.from({ length: 101 }, (_, step) => step);
    const lines = written(false, steps, 100);
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      '0',
      '10',
      '20',
      '30',
      '40',
      '50',
      '60',
      '70',
      '80',
      '90',
      '100',
    ]);
    expect(lines[5]).toBe('50 %  2,000 of 4,000 rows, 50 s left\n');
  });

  it('judges the time left by what this process has done, and takes no rows for all of them', () => {
    expect(written(false, [4, 6], 8)).toEqual([
      '50 %  2,000 of 4,000 rows\n',
      '75 %  3,000 of 4,000 rows, 1 s left\n',
    ]);
    expect(written(false, [0], 0)).toEqual(['100 %  4,000 of 4,000 rows\n']);
  });
});

describe('isConfirmed', () => {
  it.each([
    ['yes', true],
    ['Y', true],
    [' yes ', true],
    ['no', false],
    ['', false],
    ['yess', false],
  ])('takes %j for %s', async (answer, expected) => {
    const asked: string[] = [];
    const ask = async (question: string) => {
      asked.push(question);
      return answer;
    };
    expect(await isConfirmed('Sure?', false, ask)).toBe(expected);
    expect(asked).toEqual(['Sure? (yes/no) ']);
  });

  it('asks nobody with --yes, and refuses where nobody can be asked', async () => {
    expect(await isConfirmed('Sure?', true, undefined)).toBe(true);
    await expect(isConfirmed('Sure?', false, undefined)).rejects.toThrow('repeat with --yes');
  });
});
