import type {
  PartyAttestation,
  Receipt,
  ReceiptAudit,
  ReceiptBody,
  ReceiptCheck,
  ReceiptTable,
} from './receipt.ts';

/**
 * The canonical text of what all parties sign: JSON without spaces, members in the order of {@link ReceiptBody}. Members
 * whose content belongs to others (definition, certificate, parameters, network) have their keys sorted and their big
 * integers as digits, so that equal content is equal text whoever writes it.
 */
export function encodeBody(body: ReceiptBody): string {
  return JSON.stringify(orderedBody(body));
}

/** The canonical text of a receipt file: one line of JSON and a line feed. */
export function encodeReceipt({ body, parties, result }: Receipt): string {
  const ordered = {
    body: orderedBody(body),
    parties: parties.map(orderedAttestation),
    result: {
      columns: result.columns.map(({ name, type }) => ({ name, type })),
      rows: result.rows,
    },
  };
  return `${JSON.stringify(ordered)}\n`;
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
