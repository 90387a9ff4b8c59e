import type { Wire } from '../circuits/circuit.ts';
import type { KnownCell, Measure, SumsNode } from '../planner/physical/plan.ts';
import type { CellShape, ResultShape } from '../planner/result-shape.ts';
import type { Numbering } from './numbering.ts';
import type { Count, Pass } from './pass.ts';

/** Opens plain sums and counts of groups: their scalars, and zero tests that tell NULL and groups without rows. */
export class Cells {
  readonly #pass: Pass;
  readonly #numbering: Numbering;
  readonly #node: SumsNode;

  constructor(pass: Pass, numbering: Numbering, node: SumsNode) {
    this.#pass = pass;
    this.#numbering = numbering;
    this.#node = node;
  }

  /** The candidate rows with what each shows; those that publicly do not exist are left out. */
  rows(rows: readonly (readonly (KnownCell | Measure)[])[]): ResultShape['rows'] {
    const groups = this.#node.candidates.map((keys) => this.#pass.flags.group(keys));
    for (const group of groups) {
      for (const measure of this.#node.measures) this.#openCount(measure, group);
    }
    return rows.flatMap((cells, k): ResultShape['rows'][number][] => {
      const group = groups[k];
      if (group === undefined) throw new RangeError(`group ${k}`);
      const presence = this.#node.grouped ? this.#presence(group) : 'always';
      if (presence === 'never') return [];
      const shapes = cells.map((cell) =>
        cell.kind === 'constant' ? cell : this.#cell(cell, group),
      );
      return [presence === 'always' ? { cells: shapes } : { presence, cells: shapes }];
    });
  }

  /** Opens what a count shows by itself first, so that zero tests find it opened. */
  #openCount(measure: Measure, group: Wire): void {
    if (measure.method.kind !== 'count') return;
    const count = this.#pass.count(this.#pass.flags.counted(measure, group));
    if ('scalar' in count) this.#numbering.reveal(count.scalar);
  }

  /** Position that is 0 iff the group has no row; 'always' or 'never' if that is public. */
  #presence(group: Wire): number | 'always' | 'never' {
    const count = this.#pass.count(group);
    if ('scalar' in count) return this.#numbering.revealZeroTest(count.scalar);
    return count.known > 0n ? 'always' : 'never';
  }

  #cell(measure: Measure, group: Wire): CellShape {
    const { method } = measure;
    const flag = this.#pass.flags.counted(measure, group);
    const count = this.#pass.count(flag);
    if (method.kind === 'count') return this.#countCell(count);
    if ('known' in count && count.known === 0n) return { kind: 'constant', value: null };
    const limbs = this.#limbs(measure, flag);
    if (!('scalar' in count) || (this.#node.grouped && flag === group)) {
      return { kind: 'number', limbs };
    }
    return { kind: 'number', limbs, notNull: this.#numbering.revealZeroTest(count.scalar) };
  }

  #countCell(count: Count): CellShape {
    if ('known' in count) return { kind: 'constant', value: count.known };
    const position = this.#numbering.reveal(count.scalar);
    return { kind: 'number', limbs: [{ shift: 0, position }] };
  }

  #limbs({ method }: Measure, flag: Wire) {
    if (method.kind === 'condition') {
      const count = this.#pass.count(this.#pass.flags.where(flag, method.condition));
      const scalar = 'scalar' in count ? count.scalar : this.#numbering.constant(count.known);
      return [{ shift: 0, position: this.#numbering.reveal(scalar) }];
    }
    if (method.kind !== 'limbs') throw new RangeError(`${method.kind} is not a plain sum`);
    return this.#pass.digits(method.limbs, flag).map(({ shift, scalar }) => {
      return { shift, position: this.#numbering.reveal(scalar) };
    });
  }
}
