import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A stale binary would let the tests pass on kernels that no longer exist. */
export function setup(): void {
  const script = fileURLToPath(new URL('../scripts/build-kernels.mjs', import.meta.url));
  execFileSync(process.execPath, [script], { stdio: 'inherit' });
}
