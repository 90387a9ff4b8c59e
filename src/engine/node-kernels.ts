import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TacitError } from '../errors/tacit-error.ts';
import { type FieldEngine, instantiateKernels } from '../field/instantiate.ts';

/**
 * Loads `build/kernels.wasm` of this package, from the sources or from `dist`, over a fresh memory of at most `bytesMax`.
 * Throws BUILD_MISSING when it was not built and SIMD_MISSING when it cannot run.
 */
export async function loadKernels(bytesMax?: number): Promise<FieldEngine> {
  return instantiateKernels(await readKernels(), bytesMax);
}

async function readKernels(): Promise<Uint8Array<ArrayBuffer>> {
  const path = join(packageRoot(), 'build', 'kernels.wasm');
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new TacitError(
      'BUILD_MISSING',
      'build/kernels.wasm is missing; run "npm ci" or "npm run build" in the project',
      undefined,
      { cause },
    );
  }
}

/** The nearest folder upwards with a package.json: `src` and `dist` differ in depth. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new TacitError('BUILD_MISSING', 'the package has no package.json');
    folder = parent;
  }
  return folder;
}
