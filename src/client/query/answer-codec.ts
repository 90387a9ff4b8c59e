import type { SqlType } from '../../catalog/types.ts';
import type { PartyStats, QueryAnswer } from '../../engine/query.ts';
import type { CellShape, Limb, ResultShape } from '../../planner/result-shape.ts';
import type { Cost } from '../../program/cost.ts';
import { fromBase64, toBase64 } from '../base64.ts';
import {
  count,
  flag,
  items,
  malformed,
  member,
  numeral,
  optionalCount,
  seconds,
  words,
} from './untrusted.ts';

/**
 * A party's answer as JSON text. Big integers are `{"int": "digits"}`, bytes are base64. The members
 * are in a fixed order, so that equal answers are equal texts.
 */
export function encodeAnswer(answer: QueryAnswer): string {
  const { seconds: s, ...counters } = answer.stats;
  return JSON.stringify({
    agreed: agreedPart(answer),
    sealed: toBase64(answer.sealed),
    stats: { seconds: { plan: s.plan, execute: s.execute, verify: s.verify }, ...counters },
  });
}

/** The text of everything that all parties must say identically. */
export function agreedText(answer: QueryAnswer): string {
  return JSON.stringify(agreedPart(answer));
}

function agreedPart(answer: QueryAnswer) {
  const { cost } = answer;
  return {
    shape: {
      columns: answer.shape.columns.map(({ name, type }) => ({ name, type: encodeType(type) })),
      rows: answer.shape.rows.map(({ presence, cells }) => ({
        ...(presence === undefined ? {} : { presence }),
        cells: cells.map(encodeCell),
      })),
    },
    disclosures: answer.disclosures.map(({ to, what }) => ({ to, what })),
    explain: answer.explain,
    explainOnly: answer.explainOnly,
    cost: {
      rounds: cost.rounds,
      bytesPerParty: cost.bytesPerParty,
      bytesToAnalyst: cost.bytesToAnalyst,
      andGates: cost.andGates,
      multiplications: cost.multiplications,
    },
    programDigest: answer.programDigest,
  };
}

function encodeType(type: SqlType): SqlType {
  if (type.kind === 'integer') return { kind: type.kind, name: type.name };
  if (type.kind !== 'decimal') return { kind: type.kind };
  return { kind: type.kind, precision: type.precision, scale: type.scale };
}

function encodeCell(cell: CellShape) {
  switch (cell.kind) {
    case 'constant': {
      const { value } = cell;
      const shown = typeof value === 'bigint' ? { int: value.toString() } : value;
      return { kind: cell.kind, value: shown };
    }
    case 'number':
      return {
        kind: cell.kind,
        limbs: cell.limbs.map(encodeLimb),
        ...(cell.notNull === undefined ? {} : { notNull: cell.notNull }),
      };
    case 'quotient':
      return {
        kind: cell.kind,
        numerator: cell.numerator.map(encodeLimb),
        denominator: cell.denominator,
        scale: cell.scale,
      };
  }
}

function encodeLimb({ shift, position }: Limb): Limb {
  return { shift, position };
}

/** Reads what a party sent; PEER_PROTOCOL if it does not have the form above. */
export function decodeAnswer(text: string): QueryAnswer {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    throw malformed('not JSON');
  }
  const agreed = member(root, 'agreed');
  const sealed = fromBase64(words(member(root, 'sealed')));
  if (sealed === undefined) throw malformed('sealed is not base64');
  return {
    shape: decodeShape(member(agreed, 'shape')),
    disclosures: items(member(agreed, 'disclosures')).map((item) => {
      const to = words(member(item, 'to'));
      if (to !== 'analyst' && to !== 'everyone') throw malformed('an unknown recipient');
      return { to, what: words(member(item, 'what')) };
    }),
    explain: words(member(agreed, 'explain')),
    explainOnly: flag(member(agreed, 'explainOnly')),
    cost: decodeCost(member(agreed, 'cost')),
    programDigest: words(member(agreed, 'programDigest')),
    sealed,
    stats: decodeStats(member(root, 'stats')),
  };
}

function decodeCost(value: unknown): Cost {
  return {
    rounds: count(member(value, 'rounds')),
    bytesPerParty: items(member(value, 'bytesPerParty')).map(count),
    bytesToAnalyst: count(member(value, 'bytesToAnalyst')),
    andGates: count(member(value, 'andGates')),
    multiplications: count(member(value, 'multiplications')),
  };
}

function decodeStats(value: unknown): PartyStats {
  const times = member(value, 'seconds');
  return {
    seconds: {
      plan: seconds(member(times, 'plan')),
      execute: seconds(member(times, 'execute')),
      verify: seconds(member(times, 'verify')),
    },
    rounds: count(member(value, 'rounds')),
    bytesSent: count(member(value, 'bytesSent')),
    andGates: count(member(value, 'andGates')),
    multiplications: count(member(value, 'multiplications')),
    memoryPeakBytes: count(member(value, 'memoryPeakBytes')),
  };
}

function decodeShape(value: unknown): ResultShape {
  return {
    columns: items(member(value, 'columns')).map((column) => ({
      name: words(member(column, 'name')),
      type: decodeType(member(column, 'type')),
    })),
    rows: items(member(value, 'rows')).map((row) => {
      const presence = optionalCount(member(row, 'presence'));
      return {
        ...(presence === undefined ? {} : { presence }),
        cells: items(member(row, 'cells')).map(decodeCell),
      };
    }),
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
    case 'quotient':
      return {
        kind,
        numerator: items(member(value, 'numerator')).map(decodeLimb),
        denominator: count(member(value, 'denominator')),
        scale: scaleOf(value),
      };
    default:
      throw malformed('an unknown kind of cell');
  }
}

function decodeConstant(value: unknown): string | boolean | bigint | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  return numeral(member(value, 'int'));
}

/** Shifts and scales become powers: a bound keeps a hostile party from exhausting memory. */
function decodeLimb(value: unknown): Limb {
  const shift = count(member(value, 'shift'));
  if (shift > 1024) throw malformed('a limb is shifted too far');
  return { shift, position: count(member(value, 'position')) };
}

function scaleOf(value: unknown): number {
  const scale = count(member(value, 'scale'));
  if (scale > 1024) throw malformed('a scale is too large');
  return scale;
}
