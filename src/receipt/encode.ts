import { TacitError } from '../errors/tacit-error.ts';
import {
  type PartyAttestation,
  RECEIPT_BYTES_MAX,
  type Receipt,
  type ReceiptAudit,
  type ReceiptBody,
  type ReceiptCheck,
  type ReceiptTable,
} from './receipt.ts';

/**
 * The canonical text of what all parties sign: JSON without spaces, members in the order of {@link ReceiptBody}. Members
 * whose content belongs to others (definition, certificate, parameters, network) have their keys sorted and their big
 * integers as digits, so that equal content is equal text whoever writes it.
 */
export function encodeBody(body: ReceiptBody): string {
  return JSON.stringify(orderedBody(body));
}

/**
 * The canonical text of a receipt file: one line of JSON and a line feed.
 *
 * @throws SQL_TOO_LARGE beyond {@link RECEIPT_BYTES_MAX}
 */
export function encodeReceipt({ body, parties, result }: Receipt): string {
  let left = RECEIPT_BYTES_MAX;
  const take = (text: string): string => {
    left -= text.length;
    if (left < 0) throw tooLong();
    return text;
  };
  for (const { shares } of parties) take(shares);
  const rows = result.rows.map((row) => take(JSON.stringify(row)));
  const ordered = {
    body: orderedBody(body),
    parties: parties.map(orderedAttestation),
    result: { columns: result.columns.map(({ name, type }) => ({ name, type })) },
  };
  // Row by row, because the text of too many rows in one piece is an error of the engine's own.
  const ending = '}}';
  const head = JSON.stringify(ordered).slice(0, -ending.length);
  const text = `${head},"rows":[${rows.join(',')}]${ending}\n`;
  const isShort = BYTES_PER_UNIT_MAX * text.length <= RECEIPT_BYTES_MAX;
  if (!isShort && new TextEncoder().encode(text).length > RECEIPT_BYTES_MAX) throw tooLong();
  return text;
}

/** Bytes that a UTF-16 unit may take in UTF-8. */
const BYTES_PER_UNIT_MAX = 3;

function tooLong(): TacitError {
  const message =
    `the receipt of this answer would have more than ${RECEIPT_BYTES_MAX / 2 ** 20} MiB; ask without a receipt, or ` +
    'for fewer rows or columns';
  return new TacitError('SQL_TOO_LARGE', message);
}

function orderedBody(body: ReceiptBody): ReceiptBody {
  const { question, session, suite } = body;
  return {
    format: body.format,
    suite: { parties: suite.parties, threshold: suite.threshold, security: suite.security },
    committee: body.committee,
    question: {
      sql: question.sql,
      parameters: question.parameters.map(sorted),
      network: sortedObject(question.network),
      analyst: question.analyst,
    },
    tables: body.tables.map(orderedTable),
    audit: body.audit && orderedAudit(body.audit),
    session: {
      queryId: session.queryId,
      requestId: session.requestId,
      nonces: session.nonces,
      consortium: session.consortium,
      request: session.request,
      analystKey: session.analystKey,
    },
    program: body.program,
    sorts: body.sorts,
    checks: body.checks.map(orderedCheck),
    errorBoundLog2: body.errorBoundLog2,
    channels: body.channels.map(({ from, to, head }) => ({ from, to, head })),
    commitments: body.commitments,
    previous: body.previous,
  };
}

function orderedTable(table: ReceiptTable): ReceiptTable {
  const { name, version, digest, definition, certificate } = table;
  const own = { definition: sortedObject(definition), certificate: sortedObject(certificate) };
  return { name, version, digest, ...own };
}

function orderedAudit({ parts, table, totals }: ReceiptAudit): ReceiptAudit {
  const ordered = parts.map(({ commitments, signature }) => ({ commitments, signature }));
  return { table, totals, parts: ordered };
}

function orderedCheck({ batch, kind, size, heads, reveals, opened }: ReceiptCheck): ReceiptCheck {
  const { x, y, h } = opened;
  return { batch, kind, size, heads, reveals, opened: { x, y, h } };
}

function orderedAttestation(attestation: PartyAttestation): PartyAttestation {
  const { party, commitment, salt, shares, time, signature } = attestation;
  return { party, commitment, salt, shares, time, signature };
}

/** The same value with the keys of all objects in order, absent members left out and big integers as digits. */
export function sorted(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(sorted);
  return typeof value === 'object' && value !== null ? sortedObject(value) : value;
}

function sortedObject(value: object): object {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}
