import { CircuitBuilder } from '../src/circuits/builder.ts';
import type { Circuit } from '../src/circuits/circuit.ts';
import { lessThan } from '../src/circuits/gadgets/compare.ts';
import type { Program, RowStage, Security, SortStage } from '../src/program/program.ts';

/** Programs below SQL: one primitive each, so that its speed can be compared with other systems'. */

const PART = '00';
const CHUNK_ROWS = 532480;

type Body = Pick<RowStage, 'bits' | 'fields' | 'circuit' | 'registers' | 'steps' | 'reductions'>;

function program(label: string, rows: number, security: Security, body: Body): Program {
  const relation = { table: label, digest: label, parts: [{ id: PART, rows, root: '' }] };
  const scalars = Math.max(1, body.reductions.length);
  const constants = body.reductions.length === 0 ? [{ scalar: 0, value: 1n }] : [];
  return {
    format: 3,
    suite: { parties: 3, threshold: 1, security },
    stages: [
      {
        kind: 'rows',
        source: { kind: 'stored', relation },
        ...{ chunkRows: CHUNK_ROWS, lanes: 2, folds: [], operator: 0 },
        ...body,
      },
    ],
    results: { scalars, folds: 0, relations: 0, constants, tests: [], reveal: [0], operator: 0 },
    operators: [label],
  };
}

const emptyCircuit: Circuit = new CircuitBuilder().build([]);

/** `checked` adds an injection and a sum of the result bit, so that a test can see that it is right. */
function bitProgram(
  label: string,
  rows: number,
  widths: number[],
  circuit: Circuit,
  checked: boolean,
  security: Security,
): Program {
  let input = 0;
  const bits = widths.map((planes, column) => ({
    column,
    planes,
    inputs: Array.from({ length: planes }, () => input++),
  }));
  return program(label, rows, security, {
    bits,
    fields: [],
    circuit,
    registers: checked ? 1 : 0,
    steps: checked ? [{ kind: 'inject', pairs: [{ output: 0, to: 0 }], operator: 0 }] : [],
    reductions: checked ? [{ kind: 'sum', a: 0, scalar: 0 }] : [],
  });
}

/** W2: x < y of two unsigned columns. */
export function compareProgram(
  rows: number,
  width: number,
  checked: boolean,
  security: Security,
): Program {
  const b = new CircuitBuilder();
  const word = () => ({ bits: Array.from({ length: width }, () => b.input()), signed: false });
  const x = word();
  const y = word();
  const circuit = b.build([lessThan(b, x, y, 'ripple')]);
  return bitProgram('compare', rows, [width, width], circuit, checked, security);
}

/** W5: `depth` ANDs one after another in every row: s = s & x, s = s & y, ... */
export function andProgram(
  rows: number,
  depth: number,
  checked: boolean,
  security: Security,
): Program {
  const b = new CircuitBuilder();
  const x = b.input();
  const y = b.input();
  const z = b.input();
  let s = z;
  for (let k = 0; k < depth; k++) s = b.and(s, k % 2 === 0 ? x : y);
  return bitProgram('and', rows, [1, 1, 1], b.build([s]), checked, security);
}

/** Planes of the column that travels with the key. */
const PAYLOAD_PLANES = 64;

/** W3: rows of a key of `width` bits and a column of 64 bits sorted by the key. `checked`: how many are not before their predecessor. */
export function sortProgram(
  rows: number,
  width: number,
  checked: boolean,
  security: Security,
): Program {
  const planes = width + PAYLOAD_PLANES;
  const all = range(planes);
  const key = range(width);
  const b = new CircuitBuilder();
  const copied = b.build(all.map(() => b.input()));
  const stored = program('sort', rows, security, {
    bits: [
      { column: 0, planes: width, inputs: key },
      { column: 1, planes: PAYLOAD_PLANES, inputs: range(PAYLOAD_PLANES).map((k) => width + k) },
    ],
    ...{ fields: [], circuit: copied, registers: 0, steps: [], reductions: [] },
  });
  const kept = stored.stages.flatMap((stage) =>
    stage.kind === 'rows'
      ? [
          {
            ...stage,
            chunkRows: 1024 * Math.ceil(rows / 1024),
            keep: { relation: 0, outputs: all },
          },
        ]
      : [],
  );
  const sort: SortStage = {
    ...{ kind: 'sort', from: 0, to: 1, rows, key, method: 'quick', operator: 0 },
  };
  return {
    ...stored,
    stages: [...kept, sort, ...(checked ? [orderStage(rows, width, planes)] : [])],
    results: {
      ...stored.results,
      relations: 2,
      constants: checked ? [] : stored.results.constants,
    },
  };
}

/** Counts the rows of relation 1 that are not before the row before them. */
function orderStage(rows: number, width: number, planes: number): RowStage {
  const b = new CircuitBuilder();
  const word = () => ({ bits: range(width).map(() => b.input()), signed: false });
  const [before, here] = [word(), word()];
  const inputs = (first: number) => range(planes).map((k) => (k < width ? first + k : -1));
  return {
    kind: 'rows',
    source: { kind: 'relation', relation: 1, rows },
    ...{ chunkRows: CHUNK_ROWS, lanes: 2, fields: [], folds: [], operator: 0 },
    bits: [
      { column: 0, planes, inputs: inputs(0), shift: -1 },
      { column: 0, planes, inputs: inputs(width) },
    ],
    circuit: b.build([b.not(lessThan(b, here, before, 'ripple'))]),
    registers: 1,
    steps: [{ kind: 'inject', pairs: [{ output: 0, to: 0 }], operator: 0 }],
    reductions: [{ kind: 'sum', a: 0, scalar: 0 }],
  };
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, k) => k);
}

/** W4: row-wise products of two field columns and their sum. */
export function multiplyProgram(rows: number, security: Security): Program {
  return program('multiply', rows, security, {
    bits: [],
    fields: [
      { column: 0, limb: 0, register: 0 },
      { column: 1, limb: 0, register: 1 },
    ],
    circuit: emptyCircuit,
    registers: 3,
    steps: [{ kind: 'multiply', products: [{ a: 0, b: 1, to: 2 }], operator: 0 }],
    reductions: [{ kind: 'sum', a: 2, scalar: 0 }],
  });
}
