import type { ColumnDefinition, TableDefinition } from '../../src/catalog/table.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { ColumnBlock } from '../../src/sharing/upload.ts';
import { type DeclaredColumn, declareColumn } from './declared-column.ts';
import { type Duck, literal } from './duckdb.ts';
import { type FileColumn, invalidSource, type SourceFile, sameName } from './file.ts';
import { type BlockRelation, readBlocks } from './read-blocks.ts';

/** Types in which a value is loaded as the source has it; others are loaded as text, which loses no digit. */
const CALENDAR = /^(DATE|TIMESTAMP(_S|_MS)?)$/;
/** Lists and objects: there is no text for them that everybody would agree on. */
const NESTED = /^(STRUCT|MAP|UNION)\(|\]$|^BLOB$/;

/** Rows that were checked against a definition, ready to be published. */
export interface DeclaredRows {
  readonly rows: number;
  /** Blocks of BLOCK_ROWS rows over all of them, one entry per column of the definition. */
  blocks(): AsyncIterable<readonly ColumnBlock[]>;
}

/** Encodes sources by one definition. */
export class DeclaredTable {
  readonly #duck: Duck;
  readonly #definition: TableDefinition;
  readonly #prefix: string;

  private constructor(duck: Duck, definition: TableDefinition, prefix: string) {
    this.#duck = duck;
    this.#definition = definition;
    this.#prefix = prefix;
  }

  /** `prefix` makes names inside DuckDB unique. */
  static async create(
    duck: Duck,
    definition: TableDefinition,
    prefix: string,
  ): Promise<DeclaredTable> {
    const table = new DeclaredTable(duck, definition, prefix);
    for (const [index, { dictionary }] of definition.columns.entries()) {
      if (!dictionary) continue;
      const members = dictionary.map(literal).join(', ');
      const sql = `CREATE TYPE ${table.#enumType(index)} AS ENUM (${members})`;
      await duck.run(sql, `${definition.name}: the dictionary of column ${index + 1}`);
    }
    return table;
  }

  /** Frees what `create` made. */
  async close(): Promise<void> {
    for (const [index, { dictionary }] of this.#definition.columns.entries()) {
      if (dictionary) await this.#duck.run(`DROP TYPE ${this.#enumType(index)}`, 'dropping a type');
    }
  }

  /** Columns of a source that the definition does not have: they are not read. */
  unpublished({ columns }: SourceFile): readonly string[] {
    const isKnown = (name: string) => this.#definition.columns.some((c) => sameName(c.name, name));
    return columns.flatMap(({ name }) => (isKnown(name) ? [] : [name]));
  }

  /**
   * Reads all sources once and checks every value. SOURCE_INVALID or VALUE_OUT_OF_BOUNDS names source, row and column of
   * the first value that does not fit, never the value.
   */
  async check(files: readonly SourceFile[]): Promise<DeclaredRows> {
    const relations: BlockRelation[] = [];
    for (const file of files) relations.push(await this.#checkFile(file));
    const forms = this.#definition.columns;
    return {
      rows: relations.reduce((sum, { rows }) => sum + rows, 0),
      blocks: () => readBlocks(this.#duck, relations, forms),
    };
  }

  async #checkFile(file: SourceFile): Promise<BlockRelation> {
    const { source } = file;
    if (file.columns.length === 0)
      return { source, from: '(SELECT 1 WHERE false)', rows: 0, columns: [] };
    const loaded = this.#definition.columns.map((column) => loadedColumn(file, column));
    const names = loaded.map((_, k) => `c${k}`);
    const from = `(${file.select(loaded)}) t(${names.join(', ')})`;
    const columns = this.#definition.columns.map((column, k) =>
      declareColumn(
        column,
        { sql: `c${k}`, type: loaded[k]?.type ?? 'VARCHAR' },
        this.#enumType(k),
      ),
    );
    const faults = columns.flatMap((column) => column.faults);
    const [rows, ...counts] = await this.#scan(
      file,
      `SELECT count(*), ${faults.map(({ condition }) => `count_if(${condition})`).join(', ')} FROM ${from}`,
    );
    if (counts.some((count) => Number(count) > 0))
      throw await this.#firstFault(file, from, columns);
    const verify = () => file.verify();
    return { source, from, rows: Number(rows), columns: columns.map(({ sql }) => sql), verify };
  }

  /** The fault of the first row that has one, and of its first column. */
  async #firstFault(
    file: SourceFile,
    from: string,
    columns: readonly DeclaredColumn[],
  ): Promise<TacitError> {
    const known = columns.flatMap(({ faults }, k) => faults.map((fault) => ({ ...fault, k })));
    const any = known.map(({ condition }) => `(${condition})`);
    const [row, ...broken] = await this.#scan(
      file,
      `SELECT n, ${any.join(', ')} FROM (SELECT row_number() OVER () n, * FROM ${from}) ` +
        `WHERE ${any.join(' OR ')} ORDER BY n LIMIT 1`,
    );
    const fault = known.find((_, k) => broken[k] === true);
    if (!fault) return invalidSource(file.source, 'it changed while it was read');
    const name = this.#definition.columns[fault.k]?.name ?? '';
    return new TacitError(
      fault.isOutside ? 'VALUE_OUT_OF_BOUNDS' : 'SOURCE_INVALID',
      `${file.source}, row ${Number(row)}: the value of column ${name} ${fault.problem}`,
    );
  }

  async #scan(file: SourceFile, sql: string): Promise<unknown[]> {
    let found: unknown[];
    try {
      found = await this.#duck.row(sql, `${file.source}: reading its rows`);
    } catch (error) {
      throw error instanceof TacitError ? await file.explain(error) : error;
    }
    await file.verify();
    return found;
  }

  #enumType(index: number): string {
    return `${this.#prefix}_dictionary${index}`;
  }
}

/** In which type the source's column is loaded. */
function loadedColumn(file: SourceFile, { name, type }: ColumnDefinition): FileColumn {
  const found = file.columns.find((column) => sameName(column.name, name));
  if (!found) throw invalidSource(file.source, `there is no column ${name}`);
  if (NESTED.test(found.type)) {
    throw invalidSource(file.source, `the values of column ${name} are no single values`);
  }
  const isCalendar = type.kind === 'date' || type.kind === 'timestamp';
  const asIs = file.isTyped || (isCalendar && CALENDAR.test(found.type));
  return { name: found.name, type: asIs ? found.type : 'VARCHAR' };
}
