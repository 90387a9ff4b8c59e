import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnId } from '../../src/catalog/table.ts';
import { encodingFor } from '../../src/catalog/types.ts';
import { CircuitBuilder } from '../../src/circuits/builder.ts';
import type { Wire } from '../../src/circuits/circuit.ts';
import { type BitNumber, inputNumber } from '../../src/circuits/gadgets/numbers.ts';
import type { ColumnSource } from '../../src/compiler/expressions/column-source.ts';
import { Expressions } from '../../src/compiler/expressions/expressions.ts';
import { choose, extreme } from '../../src/planner/logical/make-choice.ts';
import { divide } from '../../src/planner/logical/make-division.ts';
import { ratio } from '../../src/planner/logical/make-ratio.ts';
import type { Scalar } from '../../src/planner/logical/scalar.ts';
import * as make from '../../src/planner/logical/scalar.ts';
import { LAN, WAN } from '../../src/planner/network.ts';
import { decode, runRows } from '../circuits/reference.ts';
import { AT, COLUMNS, columnOf, RandomScalars, ROUNDINGS } from './random-scalar.ts';
import { scalarValue } from './scalar-reference.ts';

type Row = readonly (bigint | null)[];
type Facts = readonly Pick<Scalar, 'bounds' | 'nullable' | 'bytes'>[];

const FACTS: Facts = COLUMNS.map(([, min, max, nullable]) => ({ bounds: { min, max }, nullable }));

/** Columns as inputs, all made at once: number, then the null bit. */
class Inputs implements ColumnSource {
  readonly widths: number[] = [];
  readonly #columns: { number: BitNumber; isNull: Wire }[];

  constructor(b: CircuitBuilder, facts: Facts) {
    this.#columns = facts.map(({ bounds, bytes }) => {
      const encoding =
        bytes === undefined ? encodingFor(bounds) : { width: 8 * bytes, signed: false };
      this.widths.push(encoding.width, 1);
      return { number: inputNumber(b, encoding), isNull: b.input() };
    });
  }

  column(id: ColumnId) {
    return this.#columns[id]!;
  }
}

/** Values of the expressions on each row, by one circuit. */
function run(scalars: readonly Scalar[], rows: readonly Row[], network = LAN, facts = FACTS) {
  const b = new CircuitBuilder();
  const inputs = new Inputs(b, facts);
  const expressions = new Expressions(b, inputs, network, rows.length);
  const made = scalars.map((scalar) => expressions.number(scalar));
  const nulls = scalars.map((scalar) => expressions.isNull(scalar));
  const outputs = made.flatMap(({ number }, k) => [...number.bits, nulls[k]!]);
  const inputRows = rows.map((row) =>
    row.flatMap((value) => (value === null ? [0x55n, 1n] : [value, 0n])),
  );
  const packed = runRows(b.build(outputs), inputs.widths, inputRows);
  return packed.map((word) => {
    let rest = word;
    return made.map(({ number: { bits, signed } }) => {
      const value = decode(rest, { width: bits.length, signed });
      const isNull = (rest >> BigInt(bits.length)) & 1n;
      rest >>= BigInt(bits.length + 1);
      return isNull === 1n ? null : value;
    });
  });
}

function randomRow(random: (below: number) => number): Row {
  return COLUMNS.map(([, min, max, nullable]) => {
    if (nullable && random(4) === 0) return null;
    if (random(5) === 0) return random(2) === 0 ? min : max;
    return min + BigInt(random(Number(max - min) + 1));
  });
}

const generator = fc
  .infiniteStream(fc.nat({ max: 0x7fffffff }))
  .map((stream) => (below: number) => {
    const { value } = stream.next();
    return (value as number) % below;
  });

describe('expressions', () => {
  it.each([LAN, WAN])('of random shape equal their definition ($name)', (network) => {
    fc.assert(
      fc.property(generator, (random) => {
        const draw = new RandomScalars(random);
        const scalars = Array.from({ length: 6 }, (_, k) =>
          k < 4 ? draw.number(3) : draw.condition(3),
        );
        const rows = Array.from({ length: 24 }, () => randomRow(random));
        const want = rows.map((row) => scalars.map((scalar) => scalarValue(scalar, row)));
        expect(run(scalars, rows, network)).toEqual(want);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });
});

describe('division in expressions', () => {
  const of = (min: bigint, max: bigint, id: number) =>
    make.column(
      id as ColumnId,
      { type: { kind: 'hugeint' }, bounds: { min, max }, nullable: false },
      AT,
    );

  it.each(ROUNDINGS)('rounds all small numbers by %s', (rounding) => {
    const facts = [
      { bounds: { min: -13n, max: 13n }, nullable: false },
      { bounds: { min: -6n, max: 6n }, nullable: false },
    ];
    const [n, d] = [of(-13n, 13n, 0), of(-6n, 6n, 1)];
    const constants = [-6n, -5n, -4n, -1n, 1n, 2n, 3n, 4n, 6n].map((c) =>
      make.number(c, n.type, AT),
    );
    const scalars = [d, ...constants].map((divisor) => divide(rounding, n, divisor, n.type, AT));
    const rows: Row[] = [];
    for (let x = -13n; x <= 13n; x += 1n) for (let y = -6n; y <= 6n; y += 1n) rows.push([x, y]);
    const want = rows.map((row) => scalars.map((scalar) => scalarValue(scalar, row)));
    for (const network of [LAN, WAN]) expect(run(scalars, rows, network, facts)).toEqual(want);
  });

  it('rounds numbers of 128 bits', () => {
    const max = 2n ** 127n;
    const [n, d] = [of(-max, max, 0), of(-(2n ** 64n), 2n ** 64n, 1)];
    const facts = [n, d];
    const scalars = (['floor', 'halfEven'] as const).map((rounding) =>
      divide(rounding, n, d, n.type, AT),
    );
    const big = fc.bigInt(-max, max);
    const small = fc.bigInt(-(2n ** 64n), 2n ** 64n);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(big, small, fc.nat(120)), { minLength: 40, maxLength: 40 }),
        (given) => {
          const rows = given.map(([x, y, drop], k) => {
            const divisor = y >> BigInt(drop % 64);
            // Exact multiples and exact halves, too.
            return [
              [x, (x / (divisor || 1n)) * divisor, (x >> 66n) * divisor + divisor / 2n][k % 3]!,
              divisor,
            ];
          });
          const want = rows.map((row) => scalars.map((scalar) => scalarValue(scalar, row)));
          expect(run(scalars, rows, WAN, facts)).toEqual(want);
        },
      ),
      { numRuns: 2, endOnFailure: true },
    );
  });

  it('gives the double of a ratio its sign and its NULL', () => {
    const facts = [
      { bounds: { min: -100n, max: 100n }, nullable: true },
      { bounds: { min: -7n, max: 7n }, nullable: true },
    ];
    const [n, d] = facts.map((fact, k) =>
      make.column(k as ColumnId, { type: { kind: 'hugeint' }, ...fact }, AT),
    ) as [Scalar, Scalar];
    const rows: Row[] = [];
    for (const x of [null, -100n, -7n, 0n, 1n, 99n])
      for (const y of [null, -7n, -1n, 0n, 1n, 3n, 7n]) rows.push([x, y]);
    const b = new CircuitBuilder();
    const inputs = new Inputs(b, facts);
    const found = new Expressions(b, inputs, LAN, 10).quotient(ratio(n, d, 1, [], AT), 60);
    const outputs = [...found.magnitude, found.negative, found.inexact, found.isNull];
    const inputRows = rows.map((row) => row.flatMap((v) => (v === null ? [0x55n, 1n] : [v, 0n])));
    const words = runRows(b.build(outputs), inputs.widths, inputRows);
    const width = BigInt(found.magnitude.length);
    words.forEach((word, r) => {
      const [x, y] = rows[r] as [bigint | null, bigint | null];
      const isNull = x === null || y === null || y === 0n;
      expect(word >> (width + 2n) === 1n, `${x} / ${y}`).toBe(isNull);
      if (isNull) return;
      const [top, bottom] = [x < 0n ? -x : x, y < 0n ? -y : y];
      expect((word >> width) & 1n).toBe(x < 0n !== y < 0n ? 1n : 0n);
      const exact = (top << 60n) % bottom === 0n;
      expect((word >> (width + 1n)) & 1n).toBe(exact ? 0n : 1n);
      const magnitude = BigInt.asUintN(Number(width), word);
      // 56 significant bits at least.
      const error = (top << 60n) - magnitude * bottom;
      expect(error >= 0n && error << 55n <= top << 60n).toBe(true);
    });
  });
});

describe('text in expressions', () => {
  const column = (id: number, bytes: number) =>
    make.column(
      id as ColumnId,
      {
        type: { kind: 'varchar' },
        bounds: { min: 0n, max: 2n ** BigInt(8 * bytes) - 1n },
        nullable: true,
        bytes,
      },
      AT,
    );
  const constant = (value: string): Scalar => ({ ...make.text(value, AT), bytes: value.length });
  const encode = (text: string, bytes: number) =>
    BigInt(
      `0x${Buffer.from(text)
        .toString('hex')
        .padEnd(2 * bytes, '0')}`,
    );

  it('of different lengths compares as strings do', () => {
    const [x, y] = [column(0, 3), column(1, 5)];
    const words = ['', 'a', 'ab', 'abc', 'b', 'zz', 'é'];
    const longer = [...words, 'abcd', 'abcde', 'zzzzz'];
    const pairs = words.flatMap((p) => longer.map((q) => [p, q] as const));
    const ops = ['=', '<', '>='] as const;
    const scalars = ops.flatMap((op) => [
      make.compare(op, x, y, AT),
      make.compare(op, x, constant('ab'), AT),
    ]);
    const rows = pairs.map(([p, q]) => [encode(p, 3), encode(q, 5)]);
    const bytes = (p: string, q: string) => Buffer.compare(Buffer.from(p), Buffer.from(q));
    const holds = {
      '=': (o: number) => o === 0,
      '<': (o: number) => o < 0,
      '>=': (o: number) => o >= 0,
    };
    const want = pairs.map(([p, q]) =>
      ops.flatMap((op) =>
        [bytes(p, q), bytes(p, 'ab')].map((order) => (holds[op](order) ? 1n : 0n)),
      ),
    );
    expect(run(scalars, rows, LAN, [x, y])).toEqual(want);
  });

  it('of 256 bytes is selected and compared', () => {
    const x = column(0, 256);
    const type = { kind: 'varchar' } as const;
    const picked = choose(
      [{ when: make.isNull(x, AT), then: { ...constant('none'), bytes: 256 } }],
      x,
      type,
      AT,
    );
    const least = extreme('least', [x, { ...constant('m'), bytes: 256 }], type, AT);
    const long = 'q'.repeat(256);
    const rows = [[encode(long, 256)], [encode('abc', 256)], [null]];
    const want = [
      [long, 'm'],
      ['abc', 'abc'],
      ['none', 'm'],
    ].map((values) => values.map((value) => encode(value, 256)));
    expect(run([picked, least], rows, LAN, [x])).toEqual(want);
  });
});

describe('equal expressions', () => {
  it('become the same wires', () => {
    const b = new CircuitBuilder();
    const expressions = new Expressions(b, new Inputs(b, FACTS), LAN, 100);
    const scalar = () => divide('halfEven', columnOf(2), columnOf(3), columnOf(2).type, AT);
    const first = expressions.number(scalar());
    const size = b.build([]).nodes.length;
    expect(expressions.number(scalar())).toBe(first);
    expect(b.build([]).nodes.length).toBe(size);
  });
});
