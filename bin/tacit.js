#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);

if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write('tacit: dist/ is missing. Run "npm ci" in the project folder first.\n');
  process.exitCode = 1;
}
