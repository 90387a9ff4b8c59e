import { TacitError } from '../errors/tacit-error.ts';
import { MAX_PARAMETERS } from './limits.ts';
import { isSymbol, type Token } from './token.ts';

/**
 * The tokens of one statement with every `?` as a parameter with its number.
 * Errors: SQL_SYNTAX if `?` and `$1` are mixed or for `$0`, SQL_TOO_LARGE for too many parameters.
 */
export function numberParameters(tokens: readonly Token[]): Token[] {
  let count = 0;
  const form = tokens.find((token) => token.kind === 'parameter' || isSymbol(token, '?'));
  return tokens.map((token) => {
    const anonymous = isSymbol(token, '?');
    if (!anonymous && token.kind !== 'parameter') return token;
    if (isSymbol(form, '?') !== anonymous) {
      throw new TacitError('SQL_SYNTAX', 'parameters are either all ? or all $1, $2 …', token.at);
    }
    const number = anonymous ? ++count : Number(token.value);
    if (number > MAX_PARAMETERS) {
      const message = `a statement has at most ${MAX_PARAMETERS} parameters`;
      throw new TacitError('SQL_TOO_LARGE', message, token.at);
    }
    if (number === 0) throw new TacitError('SQL_SYNTAX', 'parameters start at $1', token.at);
    return { ...token, kind: 'parameter', value: String(number) };
  });
}

/** The highest number of a parameter, 0 if there is none. */
export function countParameters(tokens: readonly Token[]): number {
  const numbers = tokens.filter(({ kind }) => kind === 'parameter');
  return Math.max(0, ...numbers.map(({ value }) => Number(value)));
}
