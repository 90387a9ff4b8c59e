import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BUILD = join(import.meta.dirname, '../../scripts/build-verifier.mjs');

/** The page that `npm run build:verifier` builds. */
export function verifierPage(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tacit-verifier-'));
  try {
    execFileSync(process.execPath, [BUILD, join(dir, 'verify.html')]);
    return readFileSync(join(dir, 'verify.html'), 'utf8');
  } finally {
    rmSync(dir, { recursive: true });
  }
}
