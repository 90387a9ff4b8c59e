import { TacitError } from '../errors/tacit-error.ts';
import { encodeBody, encodeReceipt } from './encode.ts';
import {
  elementOf,
  type Field,
  hexOf,
  invalidField,
  listOf,
  members,
  objectOf,
  textOf,
  wholeOf,
  wordOf,
} from './fields.ts';
import {
  type PartyAttestation,
  RECEIPT_BYTES_MAX,
  type Receipt,
  type ReceiptAudit,
  type ReceiptBody,
  type ReceiptCheck,
  type ReceiptQuestion,
  type ReceiptSession,
  type ReceiptTable,
} from './receipt.ts';

/** Longest text that all parties sign, in UTF-16 units. */
export const BODY_MAX = 64 * 1024 * 1024;

const PARTIES_MAX = 16;
const TABLES_MAX = 256;
const CHECKS_MAX = 1 << 20;
const SORTS_MAX = 1 << 12;
const LEVELS_MAX = 1 << 10;
const COMPARISONS_MAX = 2 ** 40;
const COLUMNS_MAX = 1 << 16;
const ROWS_MAX = 1 << 24;
const PARAMETERS_MAX = 1 << 16;
const NAME_MAX = 1 << 16;
const BATCH_MAX = 256;
const PARTS_MAX = 4096;
/** Two totals of each of 4096 columns. */
const COMMITMENTS_MAX = 8192;
const HASH = 32;
const SIGNATURE = 64;

/**
 * Reads a receipt file. RECEIPT_INVALID unless it is byte for byte the canonical text of what it says; whether what it says is true
 * is another question.
 */
export function decodeReceipt(bytes: Uint8Array): Receipt {
  if (bytes.length > RECEIPT_BYTES_MAX) throw notCanonical('too long');
  const text = utf8(bytes);
  const f = members(parsed(text, 'receipt'), ['body', 'parties', 'result']);
  const result = members(f.result, ['columns', 'rows']);
  const receipt: Receipt = {
    body: bodyOf(f.body),
    parties: listOf(f.parties, PARTIES_MAX).map(attestationOf),
    result: {
      columns: listOf(result.columns, COLUMNS_MAX).map((column) => {
        const { name, type } = members(column, ['name', 'type']);
        return { name: textOf(name, NAME_MAX), type: textOf(type, NAME_MAX) };
      }),
      rows: listOf(result.rows, ROWS_MAX).map((row) => listOf(row, COLUMNS_MAX).map(cellOf)),
    },
  };
  if (encodeReceipt(receipt) !== text) throw notCanonical('not the canonical text');
  return receipt;
}

/** Reads the text that parties sign; RECEIPT_INVALID unless it is the canonical text of what it says. */
export function decodeBody(text: string): ReceiptBody {
  if (text.length > BODY_MAX) throw notCanonical('too long');
  const body = bodyOf(parsed(text, 'body'));
  if (encodeBody(body) !== text) throw notCanonical('not the canonical text');
  return body;
}

function notCanonical(what: string): TacitError {
  return new TacitError('RECEIPT_INVALID', `the receipt is ${what}`);
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw notCanonical('not UTF-8');
  }
}

function parsed(text: string, path: string): Field {
  try {
    return { value: JSON.parse(text), path };
  } catch {
    throw notCanonical('not JSON');
  }
}

function bodyOf(field: Field): ReceiptBody {
  const f = members(field, [
    ...(['format', 'suite', 'committee', 'question', 'tables', 'audit'] as const),
    ...(['session', 'program', 'sorts'] as const),
    ...(['checks', 'errorBoundLog2', 'channels', 'commitments', 'previous'] as const),
  ]);
  const suite = members(f.suite, ['parties', 'threshold', 'security']);
  return {
    format: wordOf(f.format, ['tacit/receipt/1']),
    suite: {
      parties: wordOf(suite.parties, [3]),
      threshold: wordOf(suite.threshold, [1]),
      security: wordOf(suite.security, ['active', 'passive']),
    },
    committee: listOf(f.committee, PARTIES_MAX).map(partyOf),
    question: questionOf(f.question),
    tables: listOf(f.tables, TABLES_MAX).map(tableOf),
    audit: f.audit.value === null ? null : auditOf(f.audit),
    session: sessionOf(f.session),
    program: hexOf(f.program, HASH),
    sorts: listOf(f.sorts, SORTS_MAX).map((levels) =>
      listOf(levels, LEVELS_MAX).map((comparisons) => wholeOf(comparisons, 1, COMPARISONS_MAX)),
    ),
    checks: listOf(f.checks, CHECKS_MAX).map(checkOf),
    errorBoundLog2: wholeOf(f.errorBoundLog2, -256, 0),
    channels: listOf(f.channels, PARTIES_MAX ** 2).map((channel) => {
      const { from, to, head } = members(channel, ['from', 'to', 'head']);
      return { from: partyOf(from), to: partyOf(to), head: hexOf(head, HASH) };
    }),
    commitments: listOf(f.commitments, PARTIES_MAX).map((item) => hexOf(item, HASH)),
    previous: f.previous.value === null ? null : hexOf(f.previous, HASH),
  };
}

function questionOf(field: Field): ReceiptQuestion {
  const f = members(field, ['sql', 'parameters', 'network', 'analyst']);
  return {
    sql: textOf(f.sql, BODY_MAX),
    parameters: listOf(f.parameters, PARAMETERS_MAX).map(({ value }) => value),
    network: objectOf(f.network),
    analyst: textOf(f.analyst, NAME_MAX),
  };
}

function tableOf(field: Field): ReceiptTable {
  const f = members(field, ['name', 'version', 'digest', 'definition', 'certificate']);
  return {
    name: textOf(f.name, NAME_MAX),
    version: wholeOf(f.version, 1),
    digest: hexOf(f.digest, HASH),
    definition: objectOf(f.definition),
    certificate: objectOf(f.certificate),
  };
}

function auditOf(field: Field): ReceiptAudit {
  const f = members(field, ['table', 'totals', 'parts']);
  return {
    table: textOf(f.table, NAME_MAX),
    totals: listOf(f.totals, COMMITMENTS_MAX).map((total) => wholeOf(total, 0, COMMITMENTS_MAX)),
    parts: listOf(f.parts, PARTS_MAX).map((part) => {
      const { commitments, signature } = members(part, ['commitments', 'signature']);
      const length = textOf(commitments, 2 * HASH * COMMITMENTS_MAX).length;
      const bytes = hexOf(commitments, Math.trunc(length / 2));
      return { commitments: bytes, signature: hexOf(signature, SIGNATURE) };
    }),
  };
}

function sessionOf(field: Field): ReceiptSession {
  const f = members(field, [
    ...(['queryId', 'requestId', 'nonces', 'consortium', 'request', 'analystKey'] as const),
  ]);
  return {
    queryId: hexOf(f.queryId, HASH),
    requestId: hexOf(f.requestId, 16),
    nonces: listOf(f.nonces, PARTIES_MAX).map((nonce) => hexOf(nonce, HASH)),
    consortium: hexOf(f.consortium, HASH),
    request: hexOf(f.request, HASH),
    analystKey: hexOf(f.analystKey, HASH),
  };
}

function checkOf(field: Field): ReceiptCheck {
  const f = members(field, ['batch', 'kind', 'size', 'heads', 'reveals', 'opened']);
  const opened = members(f.opened, ['x', 'y', 'h']);
  const hashes = (list: Field) => listOf(list, PARTIES_MAX).map((item) => hexOf(item, HASH));
  const elements = (list: Field) => listOf(list, PARTIES_MAX).map(elementOf);
  return {
    batch: textOf(f.batch, BATCH_MAX),
    kind: wordOf(f.kind, ['and', 'product']),
    size: wholeOf(f.size, 1),
    heads: hashes(f.heads),
    reveals: hashes(f.reveals),
    opened: { x: elements(opened.x), y: elements(opened.y), h: elements(opened.h) },
  };
}

function attestationOf(field: Field): PartyAttestation {
  const f = members(field, ['party', 'commitment', 'salt', 'shares', 'time', 'signature']);
  return {
    party: partyOf(f.party),
    commitment: hexOf(f.commitment, HASH),
    salt: hexOf(f.salt, HASH),
    shares: base64Of(f.shares),
    time: wholeOf(f.time, 0),
    signature: hexOf(f.signature, SIGNATURE),
  };
}

function partyOf(field: Field): number {
  return wholeOf(field, 1, PARTIES_MAX);
}

/** Standard base64 in its canonical form: no bit is left over that could be changed unnoticed. */
function base64Of(field: Field): string {
  const text = textOf(field, RECEIPT_BYTES_MAX);
  let binary: string | undefined;
  try {
    binary = atob(text);
  } catch {
    binary = undefined;
  }
  if (binary === undefined || btoa(binary) !== text) throw invalidField(field, 'base64');
  return text;
}

function cellOf(field: Field): null | boolean | number | string {
  const { value } = field;
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return value;
  throw invalidField(field, 'a value of SQL');
}
