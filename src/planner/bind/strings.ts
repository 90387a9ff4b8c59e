/** Upper case letter by letter, as DuckDB does: nothing becomes longer. */
export function upperCase(text: string): string {
  return [...text]
    .map((letter) => SIMPLE_UPPER[letter] ?? single(letter.toUpperCase(), letter))
    .join('');
}

/** Lower case letter by letter. */
export function lowerCase(text: string): string {
  return [...text]
    .map((letter) => SIMPLE_LOWER[letter] ?? single(letter.toLowerCase(), letter))
    .join('');
}

const SIMPLE_UPPER: Readonly<Record<string, string>> = { ß: 'ẞ' };
const SIMPLE_LOWER: Readonly<Record<string, string>> = { İ: 'i' };

function single(changed: string, letter: string): string {
  return [...changed].length === 1 ? changed : letter;
}

/** SUBSTRING by characters from 1; a negative start counts from the end, a negative length goes back. */
export function substring(text: string, start: number, length = Number.MAX_SAFE_INTEGER): string {
  const letters = [...text];
  let [from, count] = [start - 1, length];
  if (start < 0) from = Math.max(letters.length + start, 0);
  if (start === 0) {
    from = 0;
    count = length - 1;
    if (count <= 0) return '';
  }
  from = Math.min(from, letters.length);
  if (count >= 0) return letters.slice(from, from + count).join('');
  return letters.slice(Math.max(0, from + count), from).join('');
}

/** LEFT: the first letters, or all but the last. */
export function left(text: string, count: number): string {
  const letters = [...text];
  return letters.slice(0, count >= 0 ? count : Math.max(0, letters.length + count)).join('');
}

/** RIGHT: the last letters, or all but the first. */
export function right(text: string, count: number): string {
  const letters = [...text];
  return letters.slice(count >= 0 ? Math.max(0, letters.length - count) : -count).join('');
}

/** TRIM of spaces, or of the given letters, at one end or both. */
export function trim(text: string, ends: 'both' | 'left' | 'right', letters?: string): string {
  const set = letters === undefined ? undefined : new Set(letters);
  const drops = (letter: string) => set?.has(letter) ?? /^\p{Zs}$/u.test(letter);
  const all = [...text];
  let [from, to] = [0, all.length];
  while (ends !== 'right' && from < to && drops(all[from] ?? '')) from++;
  while (ends !== 'left' && to > from && drops(all[to - 1] ?? '')) to--;
  return all.slice(from, to).join('');
}

/** Position of a part from 1, 0 if it does not occur. */
export function positionOf(text: string, part: string): number {
  const index = text.indexOf(part);
  return index < 0 ? 0 : [...text.slice(0, index)].length + 1;
}

/** Element of a LIKE pattern: a letter, any letter (_) or any text (%). */
export type PatternPart = { readonly letter: string } | 'one' | 'any';

/** Reads a LIKE pattern; undefined if it ends with the escape letter. */
export function readPattern(
  pattern: string,
  escapedBy: string | undefined,
): PatternPart[] | undefined {
  const parts: PatternPart[] = [];
  const letters = [...pattern];
  for (let k = 0; k < letters.length; k++) {
    const letter = letters[k] ?? '';
    if (letter === escapedBy) {
      const next = letters[++k];
      if (next === undefined) return undefined;
      parts.push({ letter: next });
    } else parts.push(letter === '%' ? 'any' : letter === '_' ? 'one' : { letter });
  }
  return parts;
}

/** Whether the whole text matches; the last % is the only one that ever needs to be tried again. */
export function matches(text: string, pattern: readonly PatternPart[]): boolean {
  const letters = [...text];
  let [at, part, retryPart, retryAt] = [0, 0, -1, 0];
  while (at < letters.length) {
    const here = pattern[part];
    if (here === 'any') {
      retryPart = part++;
      retryAt = at;
    } else if (here === 'one' || (here !== undefined && here.letter === letters[at])) {
      at++;
      part++;
    } else if (retryPart >= 0) {
      at = ++retryAt;
      part = retryPart + 1;
    } else return false;
  }
  return pattern.slice(part).every((rest) => rest === 'any');
}
