import { readFile, stat } from 'node:fs/promises';
import { parse } from 'yaml';
import { type Field, invalid, record, text } from '../../server/identity/fields.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { LAN, type NetworkProfile, WAN } from '../../src/planner/network.ts';

const FILE_BYTES_MAX = 4096;
const NAME_MAX = 64;
/** Beyond these, costs of plans would no longer mean anything. */
const ROUND_TRIP_SECONDS = { min: 1e-6, max: 10 } as const;
const BYTES_PER_SECOND = { min: 1e3, max: 1e12 } as const;

/**
 * What `--network` names: `lan`, `wan`, or a file with `{name, roundTripSeconds, bytesPerSecond}` as `tacit doctor
 * --save-network` writes it. CONFIG_INVALID names file and field.
 */
export async function readNetwork(name: string): Promise<NetworkProfile> {
  if (name === 'lan') return LAN;
  if (name === 'wan') return WAN;
  return parseNetwork(await readSmall(name), name);
}

/** The content of a profile file, YAML or JSON. */
export function parseNetwork(content: string, file: string): NetworkProfile {
  let value: unknown;
  try {
    value = parse(content);
  } catch {
    throw new TacitError('CONFIG_INVALID', `${file}: not YAML or JSON`);
  }
  const f = record({ value, path: `${file}: ` }, ['name', 'roundTripSeconds', 'bytesPerSecond']);
  return {
    name: text(f.name, NAME_MAX),
    roundTripSeconds: number(f.roundTripSeconds, ROUND_TRIP_SECONDS),
    bytesPerSecond: number(f.bytesPerSecond, BYTES_PER_SECOND),
  };
}

function number(
  field: Field,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const { value } = field;
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw invalid(field, `a number from ${min} to ${max}`);
}

async function readSmall(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size <= FILE_BYTES_MAX) return await readFile(file, 'utf8');
  } catch (cause) {
    const message = `--network: expected lan, wan or a file; ${file} cannot be read`;
    throw new TacitError('CONFIG_INVALID', message, undefined, { cause });
  }
  throw new TacitError(
    'CONFIG_INVALID',
    `--network: ${file} has more than ${FILE_BYTES_MAX} bytes`,
  );
}
