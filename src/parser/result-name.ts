import { printIdentifier } from './keywords.ts';
import { label, printString } from './print.ts';
import { printNumber } from './result-number.ts';
import type { CompareOp, Expression, TypeName } from './syntax.ts';
import { quantileName, windowName } from './window-name.ts';

const INVERSE = { '=': '<>', '<>': '=', '<': '>=', '>=': '<', '>': '<=', '<=': '>' } as const;

/**
 * The name DuckDB gives to a result column without alias, e.g. `sum((a + b))`, `count_star()`. For
 * a plain column this is the name as written; DuckDB shows the table's own spelling there.
 */
export function defaultName(expression: Expression): string {
  return expression.kind === 'column' ? expression.name : name(simplify(expression));
}

/** NOT of a comparison, IN or IS TRUE becomes its opposite, signs of numbers are folded. */
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
      if (operand.kind === 'isDistinct' || (operand.kind === 'isTruth' && operand.value !== null)) {
        return { ...operand, negated: !operand.negated };
      }
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
    case 'parameter':
      return `$${e.number}`;
    case 'interval':
      return interval(e);
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
    case 'isTruth': {
      if (e.value === null) return `(${inner(e.operand)} IS ${e.negated ? 'NOT NULL' : 'NULL'})`;
      const operand = `CAST(${inner(e.operand)} AS BOOLEAN)`;
      return `(${operand} ${distinctFrom(!e.negated)} ${e.value})`;
    }
    case 'isDistinct':
      return `(${inner(e.left)} ${distinctFrom(e.negated)} ${inner(e.right)})`;
    case 'like':
      return like(e);
    case 'case':
      return caseName(e);
    case 'cast': {
      const cast = e.tryCast ? 'TRY_CAST' : 'CAST';
      return `${cast}(${inner(e.operand)} AS ${typeName(e.type)})`;
    }
    case 'extract':
      return `main.date_part(${printString(e.field)}, ${inner(e.operand)})`;
    case 'call':
      return call(e);
    case 'aggregate': {
      const operand = `${e.distinct ? 'DISTINCT ' : ''}${inner(e.operand)}`;
      return `${printIdentifier(e.fn)}(${operand})${filter(e.filter)}`;
    }
    case 'countStar':
      return `count_star()${filter(e.filter)}`;
    case 'window':
      return windowName(e, filter(e.filter), inner);
    case 'quantile':
      return quantileName(e, filter(e.filter), inner);
    case 'inQuery':
    case 'exists':
    case 'scalarQuery':
      // DuckDB prints the whole query its own way; nobody relies on that.
      return label(e);
  }
}

type Kind<K extends Expression['kind']> = Extract<Expression, { kind: K }>;

function call(e: Kind<'call'>): string {
  const operands = e.operands.map(inner);
  const [first = '', second = '', third = ''] = operands;
  switch (e.name) {
    case '||':
      return `(${first} || ${second})`;
    case 'if':
      return `CASE  WHEN (${first}) THEN (${second}) ELSE ${third} END`;
    case 'coalesce':
    case 'ifnull':
      return `COALESCE(${operands.join(', ')})`;
    default: {
      // DuckDB's grammar reads these itself and calls what it finds in its schema main.
      const schema = /^(substring|trim|overlay|position|row)$/.test(e.name) ? 'main.' : '';
      return `${schema}${printIdentifier(e.name)}(${operands.join(', ')})`;
    }
  }
}

function caseName(e: Kind<'case'>): string {
  const branches = e.branches.map(({ when, then }) => {
    const condition = e.operand ? `(${inner(e.operand)} = ${inner(when)})` : inner(when);
    return ` WHEN (${condition}) THEN (${inner(then)})`;
  });
  return `CASE ${branches.join('')} ELSE ${e.otherwise ? inner(e.otherwise) : 'NULL'} END`;
}

function like(e: Kind<'like'>): string {
  const operands = [inner(e.operand), inner(e.pattern)];
  if (!e.escape) {
    const operator = `${e.negated ? '!' : ''}~~${e.ignoreCase ? '*' : ''}`;
    return `(${operands.join(` ${operator} `)})`;
  }
  const fn = `${e.negated ? 'not_' : ''}${e.ignoreCase ? 'ilike' : 'like'}_escape`;
  return `main.${fn}(${[...operands, inner(e.escape)].join(', ')})`;
}

/** Functions that make an interval of whole units, by the unit without its plural s. */
const PLURAL = new Map([
  ['century', 'centuries'],
  ['centurie', 'centuries'],
  ['millennium', 'millennia'],
]);

function interval(e: Kind<'interval'>): string {
  const amount = e.bare ? printNumber(e.text) : printString(e.text);
  if (e.unit === undefined) return `CAST(${amount} AS INTERVAL)`;
  const unit = e.unit.replace(/s$/, '');
  const double = `CAST(${amount} AS DOUBLE)`;
  const fn = `to_${unit === 'millennia' ? unit : (PLURAL.get(unit) ?? `${unit}s`)}`;
  if (/^(milli)?second$/.test(unit)) return `${fn}(${double})`;
  const type = /^(microsecond|minute|hour)$/.test(unit) ? 'BIGINT' : 'INTEGER';
  return `${fn}(CAST(trunc(${double}) AS ${type}))`;
}

/** DuckDB's own names of types; all others are shown as written, in quotes if need be. */
const TYPES = new Map(
  Object.entries({
    INT: 'INTEGER',
    INT1: '"TINYINT"',
    INT2: 'SMALLINT',
    INT4: 'INTEGER',
    INT8: 'BIGINT',
    INT16: 'SMALLINT',
    INT32: 'INTEGER',
    INT64: 'BIGINT',
    INT128: '"HUGEINT"',
    SIGNED: 'INTEGER',
    SHORT: 'SMALLINT',
    LONG: 'BIGINT',
    OID: 'BIGINT',
    REAL: 'FLOAT',
    FLOAT4: 'FLOAT',
    FLOAT8: '"DOUBLE"',
    NUMERIC: 'DECIMAL',
    DEC: 'DECIMAL',
    TEXT: 'VARCHAR',
    STRING: 'VARCHAR',
    BPCHAR: 'VARCHAR',
    NVARCHAR: 'VARCHAR',
    BOOL: 'BOOLEAN',
    LOGICAL: 'BOOLEAN',
    DATETIME: 'TIMESTAMP',
  }),
);
/** Types that DuckDB's grammar knows, shown without quotes. */
const BARE_TYPE =
  /^(SMALLINT|INTEGER|BIGINT|FLOAT|DECIMAL|VARCHAR|BOOLEAN|TIMESTAMP|TIME|INTERVAL|BIT)$/;

function typeName(type: TypeName): string {
  const sizes = type.arguments.length > 0 ? `(${type.arguments.join(', ')})` : '';
  if (type.name === 'CHAR' || type.name === 'CHARACTER') return `VARCHAR${sizes || '(1)'}`;
  const known = TYPES.get(type.name);
  const text = known ?? (BARE_TYPE.test(type.name) ? type.name : `"${type.name}"`);
  return text === 'FLOAT' ? text : text + sizes;
}

function distinctFrom(not: boolean): string {
  return `IS ${not ? 'NOT ' : ''}DISTINCT FROM`;
}

function filter(condition: Expression | undefined): string {
  return condition ? ` FILTER (WHERE ${inner(condition)})` : '';
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
