import type { ParameterValue } from '../../src/planner/parameters.ts';

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/**
 * A `--param` as a literal of SQL: `NULL`, `TRUE`, `FALSE`, a number, or else a string. Single quotes make a string of anything:
 * `'42'`.
 */
export function parseParameter(text: string): ParameterValue {
  if (/^null$/i.test(text)) return null;
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (NUMBER.test(text)) return { number: text.replace(/^\+/, '') };
  const quoted = /^'((?:[^']|'')*)'$/s.exec(text)?.[1];
  return quoted === undefined ? text : quoted.replaceAll("''", "'");
}
