import type { RealStep } from '../../planner/logical/scalar.ts';
import type { RelationCell, RelationShape } from '../../planner/result-shape.ts';
import { decodeConstant, decodeReal, encodeConstant, encodeReal } from './constant-codec.ts';
import {
  count,
  flag,
  items,
  malformed,
  member,
  optionalCount,
  wholeNumber,
  words,
} from './untrusted.ts';

/** Bounds on what a hostile party may claim: rows of a relation, planes of a cell, powers of two and ten. */
const ROWS_MAX = 2 ** 22;
const PLANES_MAX = 4096;
const EXPONENT_MAX = 4096;

/** The shape of an opened relation as JSON; members are in a fixed order. */
export function encodeRelation({ rows, valid, order, columns }: RelationShape) {
  return {
    rows,
    ...(valid === undefined ? {} : { valid }),
    ...(order && { order: [...order] }),
    columns: columns.map(encodeCell),
  };
}

function encodeCell(cell: RelationCell) {
  const isNull = !('isNull' in cell) || cell.isNull === undefined ? {} : { isNull: cell.isNull };
  switch (cell.kind) {
    case 'constants':
      return { kind: cell.kind, values: cell.values.map(encodeConstant) };
    case 'number':
      return { kind: cell.kind, planes: [...cell.planes], signed: cell.signed, ...isNull };
    case 'code': {
      const dictionary = [...cell.dictionary];
      return { kind: cell.kind, planes: [...cell.planes], dictionary, ...isNull };
    }
    case 'text':
      return { kind: cell.kind, planes: [...cell.planes], ...isNull };
    case 'quotient':
      return {
        kind: cell.kind,
        magnitude: [...cell.magnitude],
        ...(cell.negative === undefined ? {} : { negative: cell.negative }),
        inexact: cell.inexact,
        shift: cell.shift,
        ...isNull,
        after: cell.after.map(encodeStep),
      };
  }
}

function encodeStep(step: RealStep) {
  if ('value' in step) {
    return { fn: step.fn, value: encodeReal(step.value), swapped: step.swapped };
  }
  return step.fn === 'round' ? { fn: step.fn, digits: step.digits } : { fn: step.fn };
}

/** Reads the shape of a relation; PEER_PROTOCOL if it does not have the form above. */
export function decodeRelation(value: unknown): RelationShape {
  const rows = count(member(value, 'rows'));
  if (rows > ROWS_MAX) throw malformed('a relation has too many rows');
  const valid = optionalCount(member(value, 'valid'));
  const order = member(value, 'order');
  return {
    rows,
    ...(valid === undefined ? {} : { valid }),
    ...(order === undefined ? {} : { order: planesOf(order) }),
    columns: items(member(value, 'columns')).map((cell) => decodeCell(cell, rows)),
  };
}

/** Positions of opened planes; whether they were opened is found out when they are read. */
function planesOf(value: unknown): number[] {
  const planes = items(value);
  if (planes.length > PLANES_MAX) throw malformed('a number is too wide');
  return planes.map(count);
}

function decodeCell(value: unknown, rows: number): RelationCell {
  const kind = words(member(value, 'kind'));
  const plane = optionalCount(member(value, 'isNull'));
  const isNull = plane === undefined ? {} : { isNull: plane };
  switch (kind) {
    case 'constants': {
      const values = items(member(value, 'values')).map(decodeConstant);
      if (values.length !== rows) throw malformed('a column lacks group keys');
      return { kind, values };
    }
    case 'number': {
      const planes = planesOf(member(value, 'planes'));
      return { kind, planes, signed: flag(member(value, 'signed')), ...isNull };
    }
    case 'code': {
      const planes = planesOf(member(value, 'planes'));
      const dictionary = items(member(value, 'dictionary')).map(words);
      return { kind, planes, dictionary, ...isNull };
    }
    case 'text': {
      const planes = planesOf(member(value, 'planes'));
      if (planes.length % 8 !== 0) throw malformed('a text with a fraction of a byte');
      return { kind, planes, ...isNull };
    }
    case 'quotient':
      return { ...decodeQuotient(value), ...isNull };
    default:
      throw malformed('an unknown kind of cell');
  }
}

function decodeQuotient(value: unknown): RelationCell {
  const negative = optionalCount(member(value, 'negative'));
  return {
    kind: 'quotient',
    magnitude: planesOf(member(value, 'magnitude')),
    ...(negative === undefined ? {} : { negative }),
    inexact: count(member(value, 'inexact')),
    shift: exponent(member(value, 'shift')),
    after: items(member(value, 'after')).map(decodeStep),
  };
}

function decodeStep(value: unknown): RealStep {
  const fn = words(member(value, 'fn'));
  switch (fn) {
    case 'sqrt':
    case 'negate':
    case 'abs':
    case 'floor':
    case 'ceil':
    case 'sign':
      return { fn };
    case 'round':
      return { fn, digits: exponent(member(value, 'digits')) };
    case '+':
    case '-':
    case '*':
    case '/': {
      const operand = decodeReal(member(value, 'value'));
      return { fn, value: operand, swapped: flag(member(value, 'swapped')) };
    }
    default:
      throw malformed('an unknown step on a double');
  }
}

function exponent(value: unknown): number {
  const power = wholeNumber(value);
  if (Math.abs(power) > EXPONENT_MAX) throw malformed('a power is too large');
  return power;
}
