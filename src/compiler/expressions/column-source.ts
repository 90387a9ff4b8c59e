import type { ColumnId } from '../../catalog/table.ts';
import type { Wire } from '../../circuits/circuit.ts';
import type { BitNumber } from '../../circuits/gadgets/numbers.ts';

/** A number that may be NULL; where it is, its bits are arbitrary. */
export interface NullableNumber {
  readonly number: BitNumber;
  readonly isNull: Wire;
}

/**
 * The columns of a relation as wires of a circuit; equal ids give equal wires. A column's number
 * has the encoding of its bounds (`encodingFor`); of text in bytes 8 bits for each byte, unsigned.
 */
export interface ColumnSource {
  column(id: ColumnId): NullableNumber;
}
