import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { TacitError } from '../src/errors/tacit-error.ts';

/** What all fields of one document share. */
interface Source {
  readonly path: string;
  readonly resolve: (node: unknown) => unknown;
  readonly lineOf: (node: unknown) => number | undefined;
}

/**
 * One value of a configuration with its path and line. Reading it as something that it is not throws
 * CONFIG_INVALID, so no value reaches the program unchecked.
 */
export class ConfigField {
  readonly #source: Source;
  readonly #node: unknown;
  readonly #name: string;
  readonly #line: number | undefined;

  constructor(source: Source, node: unknown, name: string, line: number | undefined) {
    this.#source = source;
    this.#node = source.resolve(node);
    this.#name = name;
    this.#line = source.lineOf(node) ?? line;
  }

  /** File, line and field path, e.g. `run.yaml, line 4, tables.claims[0].owner`. */
  get where(): string {
    const line = this.#line === undefined ? '' : `, line ${this.#line}`;
    return `${this.#source.path}${line}${this.#name === '' ? '' : `, ${this.#name}`}`;
  }

  invalid(problem: string): TacitError {
    return new TacitError('CONFIG_INVALID', `${this.where}: ${problem}`);
  }

  isMap(): boolean {
    return isMap(this.#node);
  }

  /** The fields of a mapping, all of which must be known. */
  map(known: readonly string[]): Map<string, ConfigField> {
    const fields = new Map(this.entries());
    for (const [key, field] of fields) {
      if (!known.includes(key)) throw field.invalid(`unknown field; known: ${known.join(', ')}`);
    }
    return fields;
  }

  /** The fields of a mapping with free names; an absent value (`tables:`) is an empty mapping. */
  entries(): [string, ConfigField][] {
    if (this.#isNothing()) return [];
    if (!isMap(this.#node)) throw this.invalid('must be a mapping (name: value)');
    return this.#node.items.map(({ key, value }): [string, ConfigField] => {
      const name = isScalar(key) ? String(key.source ?? key.value) : '';
      const path = this.#name === '' ? name : `${this.#name}.${name}`;
      const line = this.#source.lineOf(key);
      return [name, new ConfigField(this.#source, value, path, line)];
    });
  }

  list(): ConfigField[] {
    if (!isSeq(this.#node)) throw this.invalid('must be a list');
    const { items } = this.#node;
    return items.map(
      (item, k) => new ConfigField(this.#source, item, `${this.#name}[${k}]`, this.#line),
    );
  }

  text(): string {
    const value = this.#scalar();
    if (typeof value !== 'string') throw this.invalid('must be text (quote it if it is a number)');
    return value;
  }

  boolean(): boolean {
    const value = this.#scalar();
    if (typeof value !== 'boolean') throw this.invalid('must be true or false');
    return value;
  }

  integer(): number {
    const value = this.#scalar();
    if (!Number.isSafeInteger(value)) throw this.invalid('must be an integer');
    return value as number;
  }

  /** A number or text, spelled as in the file: digits beyond a double's precision are kept. */
  scalarText(): string {
    const value = this.#scalar();
    if (typeof value === 'string') return value;
    const source = isScalar(this.#node) ? this.#node.source : undefined;
    if (typeof value === 'number') return source ?? String(value);
    throw this.invalid('must be a number, or a date in quotes');
  }

  #isNothing(): boolean {
    return this.#node === null || (isScalar(this.#node) && this.#node.value === null);
  }

  #scalar(): unknown {
    if (!isScalar(this.#node)) throw this.invalid('must be a single value');
    return this.#node.value;
  }
}

/** Parses YAML 1.2 (and so JSON); CONFIG_INVALID with line and column if it is neither. */
export function parseConfig(text: string, path: string): ConfigField {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) {
    const { line } = counter.linePos(problem.pos[0]);
    throw new TacitError('CONFIG_INVALID', `${path}, line ${line}: ${problem.message}`);
  }
  const source: Source = {
    path,
    resolve: (node) => (isAlias(node) ? node.resolve(document) : node),
    lineOf: (node) => {
      const offset = (node as Node | null)?.range?.[0];
      return offset === undefined ? undefined : counter.linePos(offset).line;
    },
  };
  return new ConfigField(source, document.contents, '', undefined);
}
