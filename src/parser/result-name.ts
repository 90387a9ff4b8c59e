import { printIdentifier } from './keywords.ts';
import { printString } from './print.ts';
import type { CompareOp, Expression } from './syntax.ts';

const INVERSE = { '=': '<>', '<>': '=', '<': '>=', '>=': '<', '>': '<=', '<=': '>' } as const;

/**
 * The name DuckDB gives to a result column without alias, e.g. `sum((a + b))`, `count_star()`. For
 * a plain column this is the name as written; DuckDB shows the table's own spelling there.
 */
export function defaultName(expression: Expression): string {
  return expression.kind === 'column' ? expression.name : name(simplify(expression));
}

/** NOT of a comparison or of IN becomes its opposite, signs of numbers are folded. */
function simplify(e: Expression): Expression {
  switch (e.kind) {
    case 'negate': {
      const operand = simplify(e.operand);
      return operand.kind === 'number'
        ? { ...operand, text: negated(operand.text) }
        : { ...e, operand };
    }
    case 'not': {
      const operand = simplify(e.operand);
      if (operand.kind === 'compare') return { ...operand, op: INVERSE[operand.op] };
      if (operand.kind === 'in' && !operand.negated) return { ...operand, negated: true };
      return { ...e, operand };
    }
    case 'between':
      return e.negated ? { kind: 'not', operand: { ...e, negated: false }, at: e.at } : e;
    default:
      return e;
  }
}

function name(e: Expression): string {
  switch (e.kind) {
    case 'column': {
      const column = printIdentifier(e.name);
      return e.table === undefined ? column : `${printIdentifier(e.table)}.${column}`;
    }
    case 'null':
      return 'NULL';
    case 'boolean':
      return `CAST('${e.value ? 't' : 'f'}' AS BOOLEAN)`;
    case 'number':
      return printNumber(e.text);
    case 'string':
      return printString(e.value);
    case 'typed':
      return `CAST(${printString(e.value)} AS ${e.type === 'date' ? '"DATE"' : 'TIMESTAMP'})`;
    case 'negate':
      return `-(${inner(e.operand)})`;
    case 'not':
      return `(NOT ${inner(e.operand)})`;
    case 'arithmetic':
      return `(${inner(e.left)} ${e.op} ${inner(e.right)})`;
    case 'compare':
      return `(${inner(e.left)} ${printComparison(e.op)} ${inner(e.right)})`;
    case 'logic':
      return `(${conjuncts(e.op, e).map(inner).join(` ${e.op.toUpperCase()} `)})`;
    case 'in': {
      const list = e.list.map(inner).join(', ');
      return `(${inner(e.operand)} ${e.negated ? 'NOT IN' : 'IN'} (${list}))`;
    }
    case 'between':
      return `(${inner(e.operand)} BETWEEN ${inner(e.low)} AND ${inner(e.high)})`;
    case 'isNull':
      return `(${inner(e.operand)} IS ${e.negated ? 'NOT NULL' : 'NULL'})`;
    case 'aggregate':
      return `${e.fn}(${inner(e.operand)})`;
    case 'countStar':
      return 'count_star()';
  }
}

function inner(e: Expression): string {
  return name(simplify(e));
}

/** The operands of nested ANDs (or ORs), which DuckDB keeps in one list. */
function conjuncts(op: 'and' | 'or', e: Expression): Expression[] {
  return e.kind === 'logic' && e.op === op
    ? [...conjuncts(op, e.left), ...conjuncts(op, e.right)]
    : [e];
}

function printComparison(op: CompareOp): string {
  return op === '<>' ? '!=' : op;
}

function negated(text: string): string {
  if (text.startsWith('-')) return text.slice(1);
  return /[1-9e]/i.test(text) ? `-${text}` : text;
}

const DECIMAL_DIGITS = 38;
/** DuckDB's widest unsigned integer; larger literals are doubles. */
const UHUGEINT_MAX = 2n ** 128n - 1n;

/** A literal as DuckDB prints it: integers and decimals exactly, others as the nearest double. */
function printNumber(signed: string): string {
  const sign = signed.startsWith('-') ? '-' : '';
  const text = signed.slice(sign.length);
  const [whole = '', fraction] = text.split('.');
  if (/e/i.test(text)) return sign + printDouble(Number(text));
  const stripped = whole.replace(/^0+(?=\d)/, '');
  if (fraction === undefined) {
    const integer = BigInt(text);
    return sign + (integer > UHUGEINT_MAX ? printDouble(Number(text)) : stripped);
  }
  const digits = whole.length + fraction.length;
  return sign + (digits > DECIMAL_DIGITS ? printDouble(Number(text)) : `${stripped}.${fraction}`);
}

/** Shortest digits that read back equal, in exponent form from 1e16 on and below 1e-4. */
function printDouble(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '1e1000';
  if (value === 0 || (value >= 1e-4 && value < 1e16)) {
    return Number.isInteger(value) ? `${value}.0` : String(value);
  }
  const [mantissa, exponent = ''] = value.toExponential().split('e');
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}
