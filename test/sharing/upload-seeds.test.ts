import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { blockSeeds, contentDigest } from '../../src/sharing/upload-seeds.ts';
import { textBlock } from '../oracle/publish.ts';

const part = '00112233445566778899aabbccddeeff';
const seed = new Uint8Array(32).fill(1);

describe('the seeds of an upload', () => {
  it('are equal for equal blocks, and differ with upload, place, component and content', () => {
    const values = BigInt64Array.of(1n, 2n);
    const digest = contentDigest(nodeCrypto, { values });
    const seen = new Set<string>();
    const at = { part, column: 0, block: 0 };
    const other = contentDigest(nodeCrypto, { values: BigInt64Array.of(1n, 3n) });
    const all = [
      blockSeeds(nodeCrypto, seed, at, digest),
      blockSeeds(
        nodeCrypto,
        seed.map((byte) => byte ^ 1),
        at,
        digest,
      ),
      blockSeeds(nodeCrypto, seed, { ...at, part: part.replace('0', '1') }, digest),
      blockSeeds(nodeCrypto, seed, { ...at, column: 1 }, digest),
      blockSeeds(nodeCrypto, seed, { ...at, block: 1 }, digest),
      blockSeeds(nodeCrypto, seed, at, other),
    ];
    for (const seeds of all) for (const name of ['x0', 'x1', 'limb0']) seen.add(seeds(name).join());
    expect(seen.size).toBe(18);
    const again = blockSeeds(nodeCrypto, seed, at, contentDigest(nodeCrypto, { values }));
    expect(again('x0')).toEqual(all[0]?.('x0'));
  });

  it('know contents apart that have the same bytes', () => {
    const zeros = { values: new BigInt64Array(8) };
    const digests = [
      zeros,
      { ...zeros, nulls: new Uint8Array(8) },
      { ...zeros, nulls: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1) },
      textBlock(['ab', 'c']),
      textBlock(['a', 'bc']),
    ].map((block) => contentDigest(nodeCrypto, block).join());
    expect(new Set(digests).size).toBe(5);
  });
});
