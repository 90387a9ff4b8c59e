/**
 * Every error Tacit can raise: who must react, the HTTP status, the usual cause and the fix.
 * `docs/errors.md` is checked against this table in both directions.
 * blame: caller = the request is wrong; policy = refused by a rule; network = try again;
 * peer = another party misbehaved; us = a defect in Tacit.
 */
export const ERRORS = {
  SQL_SYNTAX: {
    blame: 'caller',
    status: 400,
    cause: 'The text is not SQL.',
    fix: 'Correct the text at the given line and column.',
  },
  SQL_UNSUPPORTED: {
    blame: 'caller',
    status: 400,
    cause: 'Valid SQL that Tacit does not support (yet).',
    fix: 'Rewrite the named part; docs/sql.md lists what is supported.',
  },
  SQL_UNKNOWN_TABLE: {
    blame: 'caller',
    status: 404,
    cause: 'No such table is published.',
    fix: 'Check the spelling; the message lists the tables.',
  },
  SQL_UNKNOWN_COLUMN: {
    blame: 'caller',
    status: 404,
    cause: 'The table has no such column, or the column was not published.',
    fix: 'Check the spelling; the message lists the columns.',
  },
  SQL_TYPE: {
    blame: 'caller',
    status: 400,
    cause: 'An operator or function got a type it does not accept.',
    fix: 'Cast or rewrite the named expression.',
  },
  SQL_GROUPING: {
    blame: 'caller',
    status: 400,
    cause: 'An aggregate, or a column that is not grouped by, stands where it may not.',
    fix: 'Aggregate the column, name it in GROUP BY, or move the aggregate to the SELECT list.',
  },
  SQL_OVERFLOW: {
    blame: 'caller',
    status: 400,
    cause: 'By the declared bounds, the value might not fit the widest type.',
    fix: 'Declare tighter bounds for the columns, or compute less in one expression.',
  },
  SQL_TOO_LARGE: {
    blame: 'caller',
    status: 413,
    cause:
      'The statement exceeds a limit: its length, depth or number of tables, or the rows that groups, a join, an intermediate result or the answer may have by what is declared.',
    fix: 'The message names the limit. Simplify the statement, select fewer columns, aggregate before a join, or declare keys and multiplicities of the columns joined on.',
  },
  JOIN_BOUND_EXCEEDED: {
    blame: 'caller',
    status: 409,
    cause:
      'A join found more than was declared of its keys over all owners, or than a hint of the statement allows.',
    fix: 'The message names the join: owners correct their rows or declare higher multiplicities; a hint can be raised. Nothing else was revealed.',
  },
  SQL_POLICY: {
    blame: 'policy',
    status: 403,
    cause: 'The statement would show more of a column than its owners allow.',
    fix: 'Use the column in WHERE only, or ask its owners for another reveal policy.',
  },
  CONFIG_INVALID: {
    blame: 'caller',
    status: 400,
    cause: 'A configuration file does not have the documented form.',
    fix: 'Correct the named field.',
  },
  SUITE_NOT_BUILT: {
    blame: 'caller',
    status: 400,
    cause: 'No protocol suite exists for this number of parties and threshold.',
    fix: 'Use parties: 3, threshold: 1.',
  },
  SOURCE_INVALID: {
    blame: 'caller',
    status: 400,
    cause: 'A source file cannot be read or a row of it is malformed.',
    fix: 'Correct the file at the named row.',
  },
  VALUE_OUT_OF_BOUNDS: {
    blame: 'caller',
    status: 400,
    cause: 'A value lies outside what was declared for its column.',
    fix: 'Correct the data at the named row and column, or declare wider bounds.',
  },
  UPLOAD_INVALID: {
    blame: 'caller',
    status: 400,
    cause: 'A table definition or an upload does not have the required form.',
    fix: 'Correct what the message names and publish again.',
  },
  UPLOAD_CONFLICT: {
    blame: 'caller',
    status: 409,
    cause: 'The table is defined otherwise, or the upload or its rows exist already.',
    fix: 'Nothing is to be done if these are your rows; otherwise do what the message says.',
  },
  VERSION_STALE: {
    blame: 'caller',
    status: 409,
    cause: 'Another version of the table was proposed or became usable first.',
    fix: 'Nothing is lost: publish again; the client tries several times by itself.',
  },
  REQUEST_INVALID: {
    blame: 'caller',
    status: 400,
    cause: 'An HTTP request does not have the documented form, or is too large.',
    fix: 'Use this release of the client; the message names the field.',
  },
  AUTH_DENIED: {
    blame: 'caller',
    status: 403,
    cause: 'The certificate is not one of the consortium, or the role may not do this.',
    fix: 'Use the key that consortium.json lists.',
  },
  QUERY_CONFLICT: {
    blame: 'caller',
    status: 409,
    cause: 'This query id was used before.',
    fix: 'Send the query again with a fresh id.',
  },
  PLAN_MISMATCH: {
    blame: 'peer',
    status: 502,
    cause: 'Parties compiled different programs (different tables or versions of Tacit).',
    fix: 'Check that all parties hold the same table versions and run the same release.',
  },
  PEER_CLOSED: {
    blame: 'network',
    status: 502,
    cause: 'A peer closed its stream or stopped before the query was finished.',
    fix: 'Check that the named party runs, then send the query again.',
  },
  PEER_TIMEOUT: {
    blame: 'network',
    status: 504,
    cause: 'A peer sent nothing for too long.',
    fix: 'Check the named party and the network, then send the query again.',
  },
  PEER_PROTOCOL: {
    blame: 'peer',
    status: 502,
    cause: 'A peer sent a frame that does not fit the protocol (step, length, order, encoding).',
    fix: 'The named party is faulty or runs another release.',
  },
  OPENING_INCONSISTENT: {
    blame: 'peer',
    status: 502,
    cause: 'Shares of one opened value do not lie on one polynomial.',
    fix: 'A party altered its share, or an owner uploaded inconsistent shares; no answer was given.',
  },
  CHECK_FAILED: {
    blame: 'peer',
    status: 502,
    cause: 'A batch of AND gates or products is not what its operands give: a party deviated.',
    fix: 'Nothing was opened that depends on it. The message names batch and kind; look at all parties.',
  },
  COIN_INVALID: {
    blame: 'peer',
    status: 502,
    cause:
      'A party revealed a coin that it had not committed itself to, or told parties different things.',
    fix: 'The named party is faulty; nothing was opened.',
  },
  TRANSCRIPT_MISMATCH: {
    blame: 'peer',
    status: 502,
    cause: 'Two parties do not agree on what one of them sent the other.',
    fix: 'One of the two named parties is faulty; nothing was revealed.',
  },
  RECEIPT_INVALID: {
    blame: 'peer',
    status: 502,
    cause:
      'A receipt, or what a party attests of its answer, is incomplete, altered or not signed by it.',
    fix: 'Do not rely on the answer. The message names the party or the place in the receipt.',
  },
  PARTY_UNREACHABLE: {
    blame: 'network',
    status: 502,
    cause: 'A party does not answer.',
    fix: 'Start the named party or check its address.',
  },
  TLS_PIN_MISMATCH: {
    blame: 'peer',
    status: 502,
    cause: 'A peer presented a certificate that is not the pinned one.',
    fix: 'Exchange certificates again; do not ignore this.',
  },
  COMMITMENT_MISMATCH: {
    blame: 'peer',
    status: 502,
    cause:
      'Shares or their leaves are not what their owner committed to in the signed version of the table.',
    fix: "While publishing: the owner's software is faulty. In a query: the party's storage was altered; publish again.",
  },
  STORAGE_CORRUPT: {
    blame: 'us',
    status: 500,
    cause: 'A stored block does not have the expected form.',
    fix: 'Restore the party from its backup or publish again.',
  },
  STORAGE_FULL: {
    blame: 'network',
    status: 507,
    cause: 'A party has less disk left than its party.yaml asks for, so it takes no more rows.',
    fix: 'Free or add disk at the named party, then publish again; what arrived is kept.',
  },
  STREAM_REUSED: {
    blame: 'us',
    status: 500,
    cause: 'A random stream would have been used twice.',
    fix: 'Report this; the query was stopped before anything leaked.',
  },
  SIMD_MISSING: {
    blame: 'us',
    status: 500,
    cause: 'This JavaScript engine has no WebAssembly SIMD.',
    fix: 'Use Node 20.19 or newer on a CPU with SSE4.1 or NEON.',
  },
  BUILD_MISSING: {
    blame: 'us',
    status: 500,
    cause: 'The compiled kernels are missing.',
    fix: 'Run npm ci (or npm run build) in the project.',
  },
  PARTY_BUSY: {
    blame: 'network',
    status: 503,
    cause: 'As many queries wait or run, or bodies of an upload arrive, at a party as it allows.',
    fix: 'Send it again later.',
  },
  QUERY_TIMEOUT: {
    blame: 'caller',
    status: 408,
    cause: 'The query waited or ran longer than the analyst or the party allows.',
    fix: 'Allow more time, or send it again when less is running; the message says what it waited for.',
  },
  QUERY_UNKNOWN: {
    blame: 'caller',
    status: 404,
    cause: 'The party knows no query of this id, or no longer: answers are kept for a while only.',
    fix: 'Check the id, or send the query again.',
  },
  CANCELLED: {
    blame: 'caller',
    status: 499,
    cause: 'The query was cancelled.',
    fix: 'Send it again if it is still wanted.',
  },
  TACIT_INVARIANT: {
    blame: 'us',
    status: 500,
    cause: 'An internal assumption failed.',
    fix: 'Report this with the statement that triggered it.',
  },
} as const satisfies Record<string, ErrorSpec>;

interface ErrorSpec {
  readonly blame: 'caller' | 'policy' | 'network' | 'peer' | 'us';
  readonly status: number;
  readonly cause: string;
  readonly fix: string;
}

export type ErrorCode = keyof typeof ERRORS;
