import { createInterface } from 'node:readline/promises';
import type { Ask } from '../output/confirm.ts';

/** Asks on the terminal, and undefined if there is none. */
export function asker(): Ask {
  if (!process.stdin.isTTY) return undefined;
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await terminal.question(question);
    } finally {
      terminal.close();
    }
  };
}
