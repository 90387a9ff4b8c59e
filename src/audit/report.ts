import type { Audit, AuditedFile } from './audit.ts';
import type { Finding } from './finding.ts';

const MARKS = { holds: 'ok', fails: 'FAILED', open: 'open' } as const;
const MARK_WIDTH = 6;
const NAME_WIDTH = 12;

/** The audit for readers, line by line; what it rests on stands in brackets. */
export function reportOf(audit: Audit): string[] {
  const first = audit.pinned ? [] : ['keys not pinned: internal consistency only'];
  return [...first, ...audit.files.flatMap(fileLines), conclusion(audit)];
}

function fileLines({ findings, name }: AuditedFile): string[] {
  return [printable(name), ...findings.map(findingLine)];
}

function findingLine({ assuming, name, text, verdict }: Finding): string {
  const rest = assuming === undefined ? '' : ` [if ${printable(assuming)}]`;
  const mark = MARKS[verdict].padEnd(MARK_WIDTH);
  return `  ${mark}  ${name.padEnd(NAME_WIDTH)}  ${printable(text)}${rest}`;
}

/** Receipts are strangers' files: nothing in them may move a terminal's cursor or begin a line. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
}

function conclusion({ files, passed, pinned }: Audit): string {
  const count = files.length === 1 ? '1 receipt' : `${files.length} receipts`;
  const failed = files.flatMap(({ findings, name }) =>
    findings
      .filter(({ verdict }) => verdict === 'fails')
      .map((finding) => `${finding.name} (${printable(name)})`),
  );
  if (failed.length > 0) return `REJECTED: ${failed.join(', ')}`;
  if (!passed) return 'REJECTED: nothing was audited';
  if (!pinned) return `consistent in itself: ${count}; whose it is was not checked`;
  const unverified = files.some(({ findings }) =>
    findings.some(({ name, verdict }) => name === 'checks' && verdict === 'open'),
  );
  if (unverified) return `attested, NOT verified: ${count} of passive parties`;
  return `verified: ${count}`;
}
