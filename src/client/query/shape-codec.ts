import type { SqlType } from '../../catalog/types.ts';
import type { CellShape, Limb, ResultShape } from '../../planner/result-shape.ts';
import { decodeConstant, encodeConstant } from './constant-codec.ts';
import { decodeRelation, encodeRelation } from './relation-codec.ts';
import { count, flag, items, malformed, member, optionalCount, words } from './untrusted.ts';
import type { SortKey } from './value.ts';

/** Highest power of two or ten in a shape; a bound keeps a hostile party from exhausting memory. */
const EXPONENT_MAX = 1024;

/** A result's shape as JSON; members are in a fixed order, so that equal shapes are equal texts. */
export function encodeShape({ columns, relation, sort, rows }: ResultShape) {
  return {
    columns: columns.map(({ name, type }) => ({ name, type: encodeType(type) })),
    ...(relation && { relation: encodeRelation(relation) }),
    ...(sort && { sort: sort.map(encodeKey) }),
    rows: rows.map(({ presence, cells }) => ({
      ...(presence === undefined ? {} : { presence }),
      cells: cells.map(encodeCell),
    })),
  };
}

function encodeKey({ column, descending, nullsFirst }: SortKey): SortKey {
  return { column, descending, nullsFirst };
}

function encodeType(type: SqlType): SqlType {
  if (type.kind === 'integer') return { kind: type.kind, name: type.name };
  if (type.kind !== 'decimal') return { kind: type.kind };
  return { kind: type.kind, precision: type.precision, scale: type.scale };
}

function encodeCell(cell: CellShape) {
  if (cell.kind === 'constant') return { kind: cell.kind, value: encodeConstant(cell.value) };
  if (cell.kind === 'zero') return { kind: cell.kind, positions: [...cell.positions] };
  return {
    kind: cell.kind,
    limbs: cell.limbs.map(encodeLimb),
    ...(cell.notNull === undefined ? {} : { notNull: cell.notNull }),
  };
}

function encodeLimb({ shift, position }: Limb): Limb {
  return { shift, position };
}

/** Reads a shape; PEER_PROTOCOL if it does not have the form above. */
export function decodeShape(value: unknown): ResultShape {
  const columns = items(member(value, 'columns')).map((column) => ({
    name: words(member(column, 'name')),
    type: decodeType(member(column, 'type')),
  }));
  const [relation, sort] = [member(value, 'relation'), member(value, 'sort')];
  return {
    columns,
    ...(relation === undefined ? {} : { relation: decodeRelation(relation) }),
    ...(sort === undefined
      ? {}
      : { sort: items(sort).map((key) => decodeKey(key, columns.length)) }),
    rows: items(member(value, 'rows')).map((row) => {
      const presence = optionalCount(member(row, 'presence'));
      return {
        ...(presence === undefined ? {} : { presence }),
        cells: items(member(row, 'cells')).map(decodeCell),
      };
    }),
  };
}

function decodeKey(value: unknown, columns: number): SortKey {
  const column = count(member(value, 'column'));
  if (column >= columns) throw malformed('a sort key that is no column');
  return {
    column,
    descending: flag(member(value, 'descending')),
    nullsFirst: flag(member(value, 'nullsFirst')),
  };
}

function decodeType(value: unknown): SqlType {
  const kind = words(member(value, 'kind'));
  switch (kind) {
    case 'integer': {
      const name = words(member(value, 'name'));
      if (name === 'TINYINT' || name === 'SMALLINT' || name === 'INTEGER' || name === 'BIGINT') {
        return { kind, name };
      }
      throw malformed('an unknown integer type');
    }
    case 'decimal':
      return {
        kind,
        precision: count(member(value, 'precision')),
        scale: scaleOf(value),
      };
    case 'boolean':
    case 'hugeint':
    case 'double':
    case 'date':
    case 'timestamp':
    case 'varchar':
      return { kind };
    default:
      throw malformed('an unknown type');
  }
}

function decodeCell(value: unknown): CellShape {
  const kind = words(member(value, 'kind'));
  switch (kind) {
    case 'constant':
      return { kind, value: decodeConstant(member(value, 'value')) };
    case 'number': {
      const notNull = optionalCount(member(value, 'notNull'));
      const limbs = items(member(value, 'limbs')).map(decodeLimb);
      return notNull === undefined ? { kind, limbs } : { kind, limbs, notNull };
    }
    case 'zero': {
      const positions = items(member(value, 'positions')).map(count);
      if (positions.length === 0) throw malformed('a comparison of nothing');
      return { kind, positions };
    }
    default:
      throw malformed('an unknown kind of cell');
  }
}

function decodeLimb(value: unknown): Limb {
  const shift = count(member(value, 'shift'));
  if (shift > EXPONENT_MAX) throw malformed('a limb is shifted too far');
  return { shift, position: count(member(value, 'position')) };
}

function scaleOf(value: unknown): number {
  const scale = count(member(value, 'scale'));
  if (scale > EXPONENT_MAX) throw malformed('a scale is too large');
  return scale;
}
