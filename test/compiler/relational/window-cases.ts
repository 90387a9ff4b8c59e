import type { ColumnDefinition, ColumnId } from '../../../src/catalog/table.ts';
import type { Bounds } from '../../../src/catalog/types.ts';
import type { Frame, SortKey, WindowFunction } from '../../../src/planner/logical/plan.ts';
import { BIGINT, INTEGER, type Scalar } from '../../../src/planner/logical/scalar.ts';
import type { Rng } from '../../oracle/rng.ts';

/** A window function as a plan has it and in SQL. */
export interface WindowCase {
  readonly fn: WindowFunction;
  readonly sql: string;
}

const AT = { line: 1, column: 1, offset: 0, length: 0 } as const;

export function columnScalar(columns: readonly ColumnDefinition[], name: string): Scalar {
  const column = columns.findIndex((each) => each.name === name);
  const { type, bounds, nullable } = columns[column]!;
  return { kind: 'column', column: column as ColumnId, type, bounds, nullable, at: AT };
}

/** column > value. */
export function above(columns: readonly ColumnDefinition[], name: string, value: bigint): Scalar {
  const left = columnScalar(columns, name);
  const right: Scalar = {
    ...{ kind: 'constant', value, type: INTEGER, bounds: { min: value, max: value } },
    ...{ nullable: false, at: AT },
  };
  const bounds = { min: 0n, max: 1n };
  return {
    ...{ kind: 'compare', op: '>', left, right, type: { kind: 'boolean' }, bounds },
    ...{ nullable: left.nullable, at: AT },
  };
}

/** A random function whose value ties in the order do not change. */
export function randomCase(rng: Rng, columns: readonly ColumnDefinition[], rows: number) {
  const name = rng.pick(FUNCTIONS);
  const partition = rng.pick([[], ['k'], ['j'], ['k', 'y']]);
  const isByPeers = PEERS.includes(name);
  const order = randomOrder(rng, isByPeers && rng.chance(0.5));
  const isTotal = order.some((key) => key.name === 'id');
  const frame = isTotal ? randomFrame(rng) : rng.pick([PEERS_FRAME, WHOLE]);
  return makeCase(rng, columns, { name, partition, order, frame, rows });
}

const FUNCTIONS =
  `rowNumber rank denseRank ntile lag lead firstValue lastValue nthValue countStar count sum min max`
    .split(' ')
    .map((name) => name as WindowFunction['fn']);
/** What is the same for all peers in any order of them. */
const PEERS = ['rank', 'denseRank', 'countStar', 'count', 'sum', 'min', 'max'];
const AGGREGATES = ['countStar', 'count', 'sum', 'min', 'max'];

interface Order {
  readonly name: string;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

interface CaseFrame {
  readonly frame: Frame;
  readonly sql: string;
}

const PEERS_FRAME: CaseFrame = { frame: { end: 0n, peers: true }, sql: '' };
const WHOLE: CaseFrame = {
  frame: { peers: false },
  sql: 'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING',
};

function randomOrder(rng: Rng, ties: boolean): Order[] {
  const names = rng.pick([['x'], ['y'], ['x', 'y'], ['price']]);
  return [...names, ...(ties ? [] : ['id'])].map((name) => ({
    ...{ name, descending: rng.chance(0.5), nullsFirst: rng.chance(0.5) },
  }));
}

function randomFrame(rng: Rng): CaseFrame {
  if (rng.chance(0.2)) return PEERS_FRAME;
  const distance = () => rng.pick([undefined, -40, -7, -3, -1, 0, 0, 1, 2, 5, 40]);
  let [start, end] = [distance(), distance()];
  if (start !== undefined && end !== undefined && end < start) [start, end] = [end, start];
  const bound = (value: number | undefined, unbounded: string) => {
    if (value === undefined) return `UNBOUNDED ${unbounded}`;
    if (value === 0) return 'CURRENT ROW';
    return `${Math.abs(value)} ${value < 0 ? 'PRECEDING' : 'FOLLOWING'}`;
  };
  return {
    frame: {
      ...(start === undefined ? {} : { start: BigInt(start) }),
      ...(end === undefined ? {} : { end: BigInt(end) }),
      peers: false,
    },
    sql: `ROWS BETWEEN ${bound(start, 'PRECEDING')} AND ${bound(end, 'FOLLOWING')}`,
  };
}

interface Parts {
  readonly name: WindowFunction['fn'];
  readonly partition: readonly string[];
  readonly order: readonly Order[];
  readonly frame: CaseFrame;
  readonly rows: number;
}

function makeCase(rng: Rng, columns: readonly ColumnDefinition[], parts: Parts): WindowCase {
  const { name, partition, order, frame, rows } = parts;
  const hasOperand = !['rowNumber', 'rank', 'denseRank', 'ntile', 'countStar'].includes(name);
  const operandName = rng.pick(['x', 'y', 'id']);
  const operand = columnScalar(columns, operandName);
  const count = BigInt(rng.pick([1, 1, 2, 3, 6, 30]));
  const hasCount = ['lag', 'lead', 'nthValue', 'ntile'].includes(name);
  const otherwise = ['lag', 'lead'].includes(name) && rng.chance(0.5);
  const filter = AGGREGATES.includes(name) && rng.chance(0.3);
  const keys = order.map((key): SortKey => {
    const { descending, nullsFirst } = key;
    return { scalar: columnScalar(columns, key.name), descending, nullsFirst };
  });
  const fn: WindowFunction = {
    fn: name,
    ...(hasOperand ? { operand } : {}),
    ...(hasCount ? { count } : {}),
    ...(otherwise ? { otherwise: columnScalar(columns, 'y') } : {}),
    ...(filter ? { filter: above(columns, 'y', 3n) } : {}),
    partition: partition.map((key) => columnScalar(columns, key)),
    order: keys,
    frame: frame.frame,
    type: BIGINT,
    bounds: boundsOf(name, operand.bounds, BigInt(rows)),
    nullable: hasOperand && name !== 'count',
    ...{ label: name, at: AT },
  };
  const args = [
    ...(hasOperand ? [operandName] : []),
    ...(hasCount ? [`${count}`] : []),
    ...(otherwise ? ['y'] : []),
  ];
  const by = partition.length === 0 ? '' : `PARTITION BY ${partition.join(', ')}`;
  const orders = order.map(({ name: key, descending, nullsFirst }) => {
    return `${key} ${descending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
  });
  const over = `${by} ORDER BY ${orders.join(', ')} ${frame.sql}`;
  const where = filter ? ' FILTER (WHERE y > 3)' : '';
  return { fn, sql: `${SQL_NAMES[name] ?? name}(${args.join(', ')})${where} OVER (${over})` };
}

const SQL_NAMES: Partial<Record<WindowFunction['fn'], string>> = {
  rowNumber: 'row_number',
  denseRank: 'dense_rank',
  firstValue: 'first_value',
  lastValue: 'last_value',
  nthValue: 'nth_value',
  countStar: 'count',
};

function boundsOf(name: WindowFunction['fn'], operand: Bounds, rows: bigint): Bounds {
  if (['rowNumber', 'rank', 'denseRank', 'ntile', 'countStar', 'count'].includes(name)) {
    return { min: 0n, max: rows };
  }
  const { min, max } = operand;
  if (name === 'sum') return { min: min < 0n ? min * rows : 0n, max: max * rows };
  return { min: min < 0n ? min : 0n, max: max > 9n ? max : 9n };
}
