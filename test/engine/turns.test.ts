import { expect, it } from 'vitest';
import { GivenTurns } from '../../src/engine/turns.ts';

const never = () => new AbortController().signal;

it('one analyst has at most half of the turns while another waits, and all while nobody does', async () => {
  const turns = new GivenTurns({ running: 4, queued: 40, timeoutSeconds: 60 });
  const started: string[] = [];
  const ends = new Map<string, (() => void)[]>([
    ['many', []],
    ['other', []],
  ]);
  const ask = (analyst: string, k: number) =>
    turns.wait({ analyst, requestId: `${analyst}${k}` }, never()).then((end) => {
      started.push(analyst);
      ends.get(analyst)?.push(end);
    });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  for (let k = 0; k < 12; k++) void ask('many', k);
  await settle();
  expect(started).toEqual(Array(4).fill('many'));
  for (let k = 0; k < 8; k++) void ask('other', k);
  for (let k = 0; k < 2; k++) ends.get('many')?.shift()?.();
  await settle();
  // The other's queries are short, and those of the first last.
  for (let k = 0; k < 6; k++) {
    ends.get('other')?.shift()?.();
    await settle();
  }
  expect(ends.get('many')).toHaveLength(2);
  expect(started.slice(4)).toEqual(Array(8).fill('other'));
  for (let k = 0; k < 2; k++) ends.get('other')?.shift()?.();
  await settle();
  expect(ends.get('many')).toHaveLength(4);
});
