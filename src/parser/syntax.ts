import type { Position } from '../errors/tacit-error.ts';

/** The first token of a construct in the source; every node carries one for error messages. */
export type At = { readonly at: Position };

/** An expression by names, as written; associativity and precedence already repaired. */
export type Expression = At &
  (
    | { readonly kind: 'column'; readonly table?: string; readonly name: string }
    | { readonly kind: 'null' }
    | { readonly kind: 'boolean'; readonly value: boolean }
    /** A numeric literal exactly as written, e.g. `12.50` or `1e-5`. */
    | { readonly kind: 'number'; readonly text: string }
    | { readonly kind: 'string'; readonly value: string }
    /** DATE '…' or TIMESTAMP '…'. */
    | { readonly kind: 'typed'; readonly type: 'date' | 'timestamp'; readonly value: string }
    /** INTERVAL '3' DAY, INTERVAL 3 DAY or INTERVAL '3 days': `text` is the quoted or bare amount, `unit` the word after it. */
    | {
        readonly kind: 'interval';
        readonly text: string;
        /** Lower case. */
        readonly unit?: string;
        /** The amount was written without quotes. */
        readonly bare?: true;
      }
    /** `$1` (number 1) or the first `?` (number 1 too); the two forms do not mix. */
    | { readonly kind: 'parameter'; readonly number: number }
    | { readonly kind: 'negate'; readonly operand: Expression }
    | { readonly kind: 'not'; readonly operand: Expression }
    | {
        readonly kind: 'arithmetic';
        readonly op: ArithmeticOp;
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: 'compare';
        readonly op: CompareOp;
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: 'logic';
        readonly op: 'and' | 'or';
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: 'in';
        readonly negated: boolean;
        readonly operand: Expression;
        readonly list: readonly Expression[];
      }
    | {
        readonly kind: 'between';
        readonly negated: boolean;
        readonly operand: Expression;
        readonly low: Expression;
        readonly high: Expression;
      }
    | { readonly kind: 'isNull'; readonly negated: boolean; readonly operand: Expression }
    /** IS [NOT] TRUE, FALSE or (null) UNKNOWN. */
    | {
        readonly kind: 'isTruth';
        readonly negated: boolean;
        readonly operand: Expression;
        readonly value: boolean | null;
      }
    /** IS [NOT] DISTINCT FROM; `negated` means NOT DISTINCT. */
    | {
        readonly kind: 'isDistinct';
        readonly negated: boolean;
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: 'like';
        readonly negated: boolean;
        readonly ignoreCase: boolean;
        readonly operand: Expression;
        readonly pattern: Expression;
        readonly escape?: Expression;
      }
    /** CASE WHEN … or, with `operand`, CASE x WHEN …. */
    | {
        readonly kind: 'case';
        readonly operand?: Expression;
        readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
        readonly otherwise?: Expression;
      }
    /** CAST(x AS type), TRY_CAST and x::type. */
    | {
        readonly kind: 'cast';
        readonly operand: Expression;
        readonly type: TypeName;
        readonly tryCast: boolean;
      }
    | { readonly kind: 'extract'; readonly field: string; readonly operand: Expression }
    /** A function of values, its name in lower case, e.g. coalesce, round, greatest, date_trunc. Which exist is the binder's business. */
    | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Expression[] }
    /** An aggregate by its lower-case name: sum, count, avg, min, max, var_pop, stddev_samp, bool_and …. */
    | {
        readonly kind: 'aggregate';
        readonly fn: string;
        readonly operand: Expression;
        readonly distinct: boolean;
        readonly filter?: Expression;
      }
    | { readonly kind: 'countStar'; readonly filter?: Expression }
  );

/** `/` is exact or DOUBLE division, `//` integer division, `%` the remainder. */
export type ArithmeticOp = '+' | '-' | '*' | '/' | '//' | '%';
export type CompareOp = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** A type as written, upper case, e.g. DECIMAL with arguments [12, 2]. */
export interface TypeName {
  readonly name: string;
  readonly arguments: readonly number[];
}

export interface SelectItem extends At {
  readonly expression: Expression;
  readonly alias?: string;
}

/** `*` or `s.*` in a SELECT list. */
export interface Star extends At {
  readonly kind: 'star';
  readonly table?: string;
}

export interface TableReference extends At {
  readonly name: string;
  readonly alias?: string;
}

/** A SELECT in FROM. `columns` renames its columns: `(SELECT …) s(a, b)`. */
export interface DerivedTable extends At {
  readonly select: SelectStatement;
  readonly alias?: string;
  readonly columns?: readonly string[];
}

export interface OrderItem extends At {
  readonly expression: Expression;
  readonly descending: boolean;
  /** Absent: NULLS LAST, whichever the direction. */
  readonly nulls?: 'first' | 'last';
}

/** One query of a WITH clause; later ones see earlier ones. */
export interface CommonTable extends At {
  readonly name: string;
  readonly columns?: readonly string[];
  readonly select: SelectStatement;
}

export interface SelectStatement extends At {
  readonly kind: 'select';
  readonly with: readonly CommonTable[];
  readonly distinct: boolean;
  readonly items: readonly (SelectItem | Star)[];
  readonly from?: TableReference | DerivedTable;
  readonly where?: Expression;
  /** `all` is GROUP BY ALL. Numbers mean positions in the SELECT list. */
  readonly groupBy: readonly Expression[] | 'all';
  readonly having?: Expression;
  readonly orderBy: readonly OrderItem[];
  /** LIMIT n or FETCH FIRST n ROWS ONLY: a number or a parameter. */
  readonly limit?: Expression;
  readonly offset?: Expression;
}

/** `EXPLAIN SELECT …` is the same statement with `explain` set. */
export interface Statement {
  readonly sql: string;
  readonly explain: boolean;
  readonly select: SelectStatement;
  /** How many parameters it has: the highest `$n`, or the number of `?`. */
  readonly parameters: number;
}

/** `CHECK TABLE name`: whether the forms in which its owners uploaded each column agree. It takes no parameters. */
export interface CheckTable {
  readonly sql: string;
  readonly explain: boolean;
  readonly check: TableReference;
}

/** Whatever can be sent. */
export type Command = Statement | CheckTable;
