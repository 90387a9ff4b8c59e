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
    | { readonly kind: 'negate'; readonly operand: Expression }
    | { readonly kind: 'not'; readonly operand: Expression }
    | {
        readonly kind: 'arithmetic';
        readonly op: '+' | '-' | '*';
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
    | {
        readonly kind: 'aggregate';
        readonly fn: 'sum' | 'count' | 'avg';
        readonly operand: Expression;
      }
    | { readonly kind: 'countStar' }
  );

export type CompareOp = '=' | '<>' | '<' | '<=' | '>' | '>=';

export interface SelectItem extends At {
  readonly expression: Expression;
  readonly alias?: string;
}

export interface TableReference extends At {
  readonly name: string;
  readonly alias?: string;
}

export interface SelectStatement extends At {
  readonly kind: 'select';
  readonly items: readonly SelectItem[];
  readonly from?: TableReference;
  readonly where?: Expression;
  readonly groupBy: readonly Expression[];
}

/** `EXPLAIN SELECT …` is the same statement with `explain` set. */
export interface Statement {
  readonly sql: string;
  readonly explain: boolean;
  readonly select: SelectStatement;
}
