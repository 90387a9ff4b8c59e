import type { ColumnId } from '../../catalog/table.ts';
import type { Bounds } from '../../catalog/types.ts';
import { scalarKey } from '../logical/rewrite.ts';
import { intervalOf, type Scalar } from '../logical/scalar.ts';

/** A field element per row that is not a public combination of others. */
export type Atom =
  /** A stored limb of a column. */
  | { readonly kind: 'stored'; readonly column: ColumnId; readonly limb: 0 | 1 }
  /**
   * Bits [from, from + bits) of an expression, which a circuit computes, as an unsigned number; `flipTop` inverts the highest of
   * them, a sign bit, so that subtracting 2^(bits-1) gives the signed number.
   */
  | {
      readonly kind: 'slice';
      readonly scalar: Scalar;
      readonly from: number;
      readonly bits: number;
      readonly flipTop: boolean;
    }
  /** 1 where the last of the conditions is TRUE and none before it is. */
  | { readonly kind: 'branch'; readonly conditions: readonly Scalar[] }
  | { readonly kind: 'product'; readonly left: Linear; readonly right: Linear };

/** constant + sum of coefficient * atom, with the exact range of the value in rows that count. */
export interface Linear {
  readonly constant: bigint;
  readonly terms: readonly { readonly coefficient: bigint; readonly atom: Atom }[];
  readonly bounds: Bounds;
}

export function constantForm(value: bigint): Linear {
  return { constant: value, terms: [], bounds: { min: value, max: value } };
}

export function atomForm(atom: Atom, bounds: Bounds): Linear {
  return { constant: 0n, terms: [{ coefficient: 1n, atom }], bounds };
}

export function scaleForm(form: Linear, factor: bigint): Linear {
  return {
    constant: form.constant * factor,
    terms:
      factor === 0n
        ? []
        : form.terms.map(({ coefficient, atom }) => ({ coefficient: coefficient * factor, atom })),
    bounds: intervalOf('*', form.bounds, { min: factor, max: factor }),
  };
}

export function addForms(a: Linear, b: Linear): Linear {
  const terms = new Map<string, { coefficient: bigint; atom: Atom }>();
  for (const { coefficient, atom } of [...a.terms, ...b.terms]) {
    const key = atomKey(atom);
    terms.set(key, { coefficient: (terms.get(key)?.coefficient ?? 0n) + coefficient, atom });
  }
  return {
    constant: a.constant + b.constant,
    terms: [...terms.values()].filter(({ coefficient }) => coefficient !== 0n),
    bounds: intervalOf('+', a.bounds, b.bounds),
  };
}

/** The product; free if one side is public, else one multiplication a row. */
export function multiplyForms(a: Linear, b: Linear): Linear {
  if (a.terms.length === 0) return scaleForm(b, a.constant);
  if (b.terms.length === 0) return scaleForm(a, b.constant);
  const [left, right] = formKey(a) <= formKey(b) ? [a, b] : [b, a];
  return atomForm({ kind: 'product', left, right }, intervalOf('*', a.bounds, b.bounds));
}

/** Equal keys mean equal atoms. */
export function atomKey(atom: Atom): string {
  switch (atom.kind) {
    case 'stored':
      return `c${atom.column}.${atom.limb}`;
    case 'slice':
      return `${scalarKey(atom.scalar)}[${atom.from}+${atom.bits}]`;
    case 'branch':
      return `first ${atom.conditions.map(scalarKey).join(' ')}`;
    case 'product':
      return `(${formKey(atom.left)})*(${formKey(atom.right)})`;
  }
}

export function formKey(form: Linear): string {
  const terms = form.terms.map(({ coefficient, atom }) => `${coefficient}*${atomKey(atom)}`);
  return [form.constant, ...terms.sort()].join('+');
}

/** All atoms of a form, operands of products included, each once. */
export function atomsOf(form: Linear): Atom[] {
  const found = new Map<string, Atom>();
  const visit = (linear: Linear) => {
    for (const { atom } of linear.terms) {
      const key = atomKey(atom);
      if (found.has(key)) continue;
      if (atom.kind === 'product') {
        visit(atom.left);
        visit(atom.right);
      }
      found.set(key, atom);
    }
  };
  visit(form);
  return [...found.values()];
}
