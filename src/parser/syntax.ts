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
    /**
     * MEDIAN(x), PERCENTILE_CONT(f) WITHIN GROUP (ORDER BY x), QUANTILE_DISC(x, f) and their like; `fraction` 0.5 for MEDIAN. DESC is
     * 1 - fraction of cont, and the place from the other end of disc.
     */
    | {
        readonly kind: 'quantile';
        readonly form: 'cont' | 'disc';
        readonly operand: Expression;
        readonly fraction: Expression;
        readonly descending: boolean;
        readonly filter?: Expression;
        /** The function's name in lower case. */
        readonly written: string;
      }
    /** A function OVER (…), its name in lower case; named windows are put in place. No operands: COUNT(*), ROW_NUMBER() …. */
    | {
        readonly kind: 'window';
        readonly fn: string;
        readonly operands: readonly Expression[];
        readonly filter?: Expression;
        readonly partitionBy: readonly Expression[];
        readonly orderBy: readonly OrderItem[];
        readonly frame?: WindowFrame;
      }
    /** x [NOT] IN (SELECT …). */
    | {
        readonly kind: 'inQuery';
        readonly negated: boolean;
        readonly operand: Expression;
        readonly query: Query;
      }
    | { readonly kind: 'exists'; readonly query: Query }
    /** A SELECT as a value. */
    | { readonly kind: 'scalarQuery'; readonly query: Query }
  );

/** ROWS or RANGE BETWEEN start AND end. `current` of RANGE means peers. */
export interface WindowFrame extends At {
  readonly unit: 'rows' | 'range' | 'groups';
  readonly start: FrameBound;
  readonly end: FrameBound;
  /** Written without BETWEEN: it ends at the current row. */
  readonly short?: true;
}

export type FrameBound =
  | { readonly kind: 'unbounded'; readonly direction: 'preceding' | 'following' }
  | { readonly kind: 'current' }
  | {
      readonly kind: 'offset';
      readonly direction: 'preceding' | 'following';
      readonly count: Expression;
    };

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

/**
 * left JOIN right; a comma is a cross join. Exactly one of `on`, `using` and `natural` unless it is a cross join. `as written` order:
 * joins associate to the left, parentheses kept. SEMI and ANTI are DuckDB's.
 */
export interface JoinedTable extends At {
  readonly kind: 'join';
  readonly join: 'inner' | 'left' | 'right' | 'full' | 'cross' | 'semi' | 'anti';
  readonly left: FromItem;
  readonly right: FromItem;
  readonly on?: Expression;
  readonly using?: readonly string[];
  readonly natural: boolean;
  /** A cross join written as a comma, whose sides may be joins. */
  readonly comma?: true;
}

export type FromItem = TableReference | DerivedTable | JoinedTable;

/** A SELECT in FROM. `columns` renames its columns: `(SELECT …) s(a, b)`. */
export interface DerivedTable extends At {
  readonly select: Query;
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
  readonly select: Query;
}

/** left UNION right and its like; INTERSECT binds tighter, others associate to the left. ORDER BY and LIMIT are of the whole. */
export interface SetOperation extends At {
  readonly kind: 'setOperation';
  readonly op: 'union' | 'intersect' | 'except';
  readonly all: boolean;
  readonly with: readonly CommonTable[];
  readonly left: Query;
  readonly right: Query;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Expression;
  readonly offset?: Expression;
  /** It stands in parentheses as a side of another. */
  readonly enclosed?: true;
}

export type Query = SelectStatement | SetOperation;

/**
 * JOIN_ROWS: most pairs of a join, the one that adds a table (its name or alias in lower case) or any; `disclosed`: the statement asks for
 * their number instead of its own answer, so that whoever asks can put it there.
 */
export interface JoinHint {
  readonly pairs: number | 'disclosed';
  readonly table?: string;
}

export interface SelectStatement extends At {
  readonly kind: 'select';
  readonly hints?: readonly JoinHint[];
  readonly with: readonly CommonTable[];
  readonly distinct: boolean;
  readonly items: readonly (SelectItem | Star)[];
  readonly from?: FromItem;
  readonly where?: Expression;
  /** `all` is GROUP BY ALL. Numbers mean positions in the SELECT list. */
  readonly groupBy: readonly Expression[] | 'all';
  readonly having?: Expression;
  readonly orderBy: readonly OrderItem[];
  /** LIMIT n or FETCH FIRST n ROWS ONLY: a number or a parameter. */
  readonly limit?: Expression;
  readonly offset?: Expression;
  /** It stands in parentheses as a side of a set operation. */
  readonly enclosed?: true;
}

/** `EXPLAIN SELECT …` is the same statement with `explain` set. */
export interface Statement {
  readonly sql: string;
  readonly explain: boolean;
  readonly select: Query;
  /** How many parameters it has: the highest `$n`, or the number of `?`. */
  readonly parameters: number;
  /** Where the SELECT with JOIN_ROWS(DISCLOSED) stands. */
  readonly disclosed?: Position;
}

/** `CHECK TABLE name`: whether the forms in which its owners uploaded each column agree. It takes no parameters. */
export interface CheckTable {
  readonly sql: string;
  readonly explain: boolean;
  readonly check: TableReference;
}

/** Whatever can be sent. */
export type Command = Statement | CheckTable;
