import type { NetworkProfile } from '../planner/network.ts';
import type { ParameterValue } from '../planner/parameters.ts';
import { type Field, invalidField, members, textOf } from '../receipt/fields.ts';

const NAME_MAX = 1 << 16;
const NUMBER_MAX = 128;

/** The value of a statement's parameter; RECEIPT_INVALID if it is none. */
export function readParameter(field: Field): ParameterValue {
  const { value } = field;
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  return { number: textOf(members(field, ['number']).number, NUMBER_MAX) };
}

/** The network that a statement was planned for; RECEIPT_INVALID if it is none. */
export function readNetwork(field: Field): NetworkProfile {
  const f = members(field, ['name', 'roundTripSeconds', 'bytesPerSecond']);
  return {
    name: textOf(f.name, NAME_MAX),
    roundTripSeconds: positive(f.roundTripSeconds),
    bytesPerSecond: positive(f.bytesPerSecond),
  };
}

function positive(field: Field): number {
  const { value } = field;
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw invalidField(field, 'a number above 0');
}
