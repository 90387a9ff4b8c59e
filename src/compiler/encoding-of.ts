import { type Bounds, type Encoding, encodingFor } from '../catalog/types.ts';

/** The encoding of a column's values in circuits: of its bounds, or of text 8 bits for each byte. */
export function encodingOf(column: {
  readonly bounds: Bounds;
  readonly bytes?: number | undefined;
}): Encoding {
  const { bounds, bytes } = column;
  return bytes === undefined ? encodingFor(bounds) : { width: 8 * bytes, signed: false };
}
