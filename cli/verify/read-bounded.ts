import { open } from 'node:fs/promises';
import { TacitError } from '../../src/errors/tacit-error.ts';

/** The bytes of a file; CONFIG_INVALID if it cannot be read or is longer than `max`, before it is in memory. */
export async function readBounded(path: string, max: number): Promise<Uint8Array> {
  const bytes = await contentOf(path, max);
  if (bytes === undefined) {
    throw new TacitError('CONFIG_INVALID', `${path} has more than ${max} bytes`);
  }
  return bytes;
}

async function contentOf(path: string, max: number): Promise<Uint8Array | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      return size <= max ? await file.readFile() : undefined;
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new TacitError('CONFIG_INVALID', `${path} cannot be read`, undefined, { cause });
  }
}
