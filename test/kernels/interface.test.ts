import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { twinKernels } from './lockstep.ts';

/** `Kernels` is a cast of the module's exports, which no compiler checks. */
it('the binary, the interface and the twins name the same kernels with the same parameters', async () => {
  const { kernels } = await loadKernels();
  const path = fileURLToPath(new URL('../../src/field/kernels.ts', import.meta.url));
  const text = readFileSync(path, 'utf8');
  const declared = new Map<string, number>();
  for (const [, name, parameters] of text.matchAll(/^ {2}(\w+)\(([^)]*)\)/gm)) {
    declared.set(name!, [...parameters!.matchAll(/\w+: number/g)].length);
  }
  const compiled = Object.entries(kernels).filter(([, value]) => typeof value === 'function');
  const sorted = [...declared].sort();
  expect(declared.size).toBeGreaterThan(20);
  expect(compiled.map(([name, f]) => [name, (f as CallableFunction).length]).sort()).toEqual(
    sorted,
  );
  expect(Object.keys(twinKernels(new Uint8Array(8))).sort()).toEqual([...declared.keys()].sort());
});
