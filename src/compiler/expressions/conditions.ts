import type { Wire } from '../../circuits/circuit.ts';
import { equal, lessOrEqual, lessThan } from '../../circuits/gadgets/compare.ts';
import { conjunction, disjunction } from '../../circuits/gadgets/conjunction.ts';
import { fromNullable, type Truth, truthOf } from '../../circuits/gadgets/logic3.ts';
import { inSet } from '../../circuits/gadgets/member.ts';
import type { BitNumber } from '../../circuits/gadgets/numbers.ts';
import type { ScalarOf } from '../../planner/logical/scalar.ts';
import { padded, type Translator } from './translator.ts';

export function comparison(t: Translator, { op, left, right }: ScalarOf<'compare'>): Truth {
  const bytes = Math.max(left.bytes ?? 0, right.bytes ?? 0);
  const holds = compareNumbers(t, op, padded(t, left, bytes), padded(t, right, bytes));
  return fromNullable(t.b, holds, t.b.or(t.number(left).isNull, t.number(right).isNull));
}

export function membership(t: Translator, { operand, values }: ScalarOf<'member'>): Truth {
  const { number, isNull } = t.number(operand);
  return fromNullable(t.b, inSet(t.b, number, new Set(values)), isNull);
}

export function nullTest(t: Translator, { operand }: ScalarOf<'isNull'>): Truth {
  return truthOf(t.b, t.isNull(operand));
}

export function connective(t: Translator, scalar: ScalarOf<'logic'>): Truth {
  const { b } = t;
  const sides = scalar.operands.map((operand) => t.truth(operand));
  const [all, any] = scalar.op === 'and' ? [conjunction, disjunction] : [disjunction, conjunction];
  const isTrue = all(
    b,
    sides.map((side) => side.isTrue),
  );
  if (!scalar.nullable) return truthOf(b, isTrue);
  const isFalse = any(
    b,
    sides.map((side) => side.isFalse),
  );
  return { isTrue, isFalse };
}

function compareNumbers(
  { b, shapes }: Translator,
  op: ScalarOf<'compare'>['op'],
  x: BitNumber,
  y: BitNumber,
): Wire {
  if (op === '=') return equal(b, x, y);
  if (op === '<>') return b.not(equal(b, x, y));
  const shape = shapes.compare(Math.max(x.bits.length, y.bits.length));
  switch (op) {
    case '<':
      return lessThan(b, x, y, shape);
    case '<=':
      return lessOrEqual(b, x, y, shape);
    case '>':
      return lessThan(b, y, x, shape);
    case '>=':
      return lessOrEqual(b, y, x, shape);
  }
}
