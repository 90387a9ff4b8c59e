import {
  type Column,
  columnOfKind,
  count,
  literal,
  pickColumn,
  quoted,
  type Source,
} from './source.ts';
import { dateLiteral, exact, moment, quotient, words } from './values.ts';

const COMPARISONS = ['=', '<>', '<', '<=', '>', '>='] as const;
const ORDERS = ['<', '<=', '>', '>=', '<>'] as const;
const FEW_VALUES = new Set(['boolean', 'varchar']);

/** A condition over rows. */
export function condition(source: Source, depth: number): string {
  const { rng } = source;
  if (depth === 0 || rng.chance(0.45)) return leaf(source);
  if (rng.chance(0.15)) return count(source, 'not', `NOT (${condition(source, depth - 1)})`);
  const op = rng.pick(['AND', 'OR', 'OR', 'OR']);
  const side = () => {
    const inner = condition(source, depth - 1);
    // Half of the time precedence decides, not parentheses.
    return rng.chance(0.5) ? inner : `(${inner})`;
  };
  return count(source, op.toLowerCase(), `${side()} ${op} ${side()}`);
}

function leaf(source: Source): string {
  const { rng, columns } = source;
  const column = pickColumn(source, columns);
  const { name } = column.definition;
  switch (rng.below(16)) {
    case 0:
      return count(source, 'is null', `${name} IS ${rng.pick(['', 'NOT '])}NULL`);
    case 1:
      return membership(source, column);
    case 2: {
      const word = rng.pick(['', 'NOT ']);
      const [low, high] = [literal(source, column), literal(source, column)];
      return count(source, 'between', `${name} ${word}BETWEEN ${low} AND ${high}`);
    }
    case 3:
    case 4: {
      const [left, right] = [exact(source, 2), exact(source, 1)];
      return count(source, 'compare expressions', `(${left}) ${rng.pick(COMPARISONS)} (${right})`);
    }
    case 5:
      return like(source);
    case 6: {
      const bound = rng.pick(['0', '1', '0.5', '2.25', '-3', '100']);
      const text = `(${quotient(source)}) ${rng.pick(COMPARISONS)} ${bound}`;
      return count(source, 'compare quotient', text);
    }
    case 7:
      return count(
        source,
        'compare dates',
        `${moment(source)} ${rng.pick(ORDERS)} ${dateLiteral(source)}`,
      );
    case 8: {
      const truth = rng.pick(['TRUE', 'FALSE', 'UNKNOWN']);
      return count(source, 'is truth', `(flag) IS ${rng.pick(['', 'NOT '])}${truth}`);
    }
    case 9: {
      const op = rng.pick(['IS DISTINCT FROM', 'IS NOT DISTINCT FROM']);
      return count(source, 'is distinct', `few ${op} ${rng.pick(['0', '1', 'NULL', 'n'])}`);
    }
    case 10:
      return count(
        source,
        'compare text',
        `${words(source)} ${rng.pick(COMPARISONS)} ${wordLiteral(source)}`,
      );
    case 11:
      return count(source, 'boolean column', 'flag');
    default:
      return comparison(source, column);
  }
}

function comparison(source: Source, column: Column): string {
  const { rng } = source;
  const { name, type } = column.definition;
  // Equality with one of very many values keeps next to no row.
  const many = !FEW_VALUES.has(type.kind) && rng.chance(0.7);
  const op = many ? rng.pick(ORDERS) : rng.pick(COMPARISONS);
  return count(source, `compare ${type.kind} ${op}`, `${name} ${op} ${literal(source, column)}`);
}

function membership(source: Source, column: Column): string {
  const { rng } = source;
  const list = Array.from({ length: 1 + rng.below(4) }, () => literal(source, column));
  if (rng.chance(0.05)) list.push('NULL');
  const { name } = column.definition;
  return count(source, 'in', `${name} ${rng.pick(['', 'NOT '])}IN (${list.join(', ')})`);
}

function wordLiteral(source: Source): string {
  return literal(source, columnOfKind(source, ['varchar']));
}

function like(source: Source): string {
  const { rng } = source;
  const dictionary = columnOfKind(source, ['varchar']).definition.dictionary ?? [''];
  const letters = [...rng.pick(dictionary)];
  const first = letters[0] ?? '';
  const last = letters.at(-1) ?? '';
  const pattern = rng.pick([`${first}%`, `%${last}`, `_${letters.slice(1).join('')}`, '%a%', '%']);
  const op = rng.pick(['LIKE', 'NOT LIKE', 'ILIKE']);
  return count(source, op.toLowerCase(), `word ${op} ${quoted(pattern)}`);
}
