import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../src/errors/registry.ts';
import { invariant, TacitError, unreachable } from '../src/errors/tacit-error.ts';

const DOCUMENT = join(import.meta.dirname, '../docs/errors.md');

const INTRODUCTION = `# Errors

Every error has a code, and every code is listed here, grouped by who must react. An error message says what happened,
where, and what to do; SQL errors also carry line and column, both counted from 1. A message never contains a value of a
row or a share.

This page is written from \`src/errors/registry.ts\` by \`npx vitest run test/errors.test.ts -u\`, and the same
test fails when the two differ.
`;

const REACTION = {
  caller: 'The request is wrong. Sending the same request again fails again.',
  policy: 'A rule of an owner or of a party refuses the request.',
  network: 'A connection or a party failed. The same request may succeed later.',
  peer: 'A party misbehaved or runs something else. Look at the named party before trying again.',
  us: 'A defect of Tacit or of this installation.',
};

/** The whole of docs/errors.md. */
function page(): string {
  const parts = Object.entries(REACTION).map(([blame, reaction]) => {
    const codes = Object.entries(ERRORS).filter(([, error]) => error.blame === blame);
    const sections = codes.map(
      ([code, { status, cause, fix }]) =>
        `### ${code}\n\n- HTTP status: ${status}\n- Cause: ${cause}\n- Fix: ${fix}\n`,
    );
    return codes.length === 0 ? '' : `\n## ${blame}\n\n${reaction}\n\n${sections.join('\n')}`;
  });
  return INTRODUCTION + parts.join('');
}

describe('docs/errors.md', () => {
  it('says what the registry says, of every code and of no other', async () => {
    await expect(page()).toMatchFileSnapshot(DOCUMENT);
    expect(page().match(/^### /gm)).toHaveLength(Object.keys(ERRORS).length);
  });
});

describe('the registry', () => {
  it.each(Object.entries(ERRORS))('%s is complete', (code, { blame, status, cause, fix }) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    // A mistake of the caller and a refusal are 4xx; the network, a peer and we are 5xx.
    const refusals: readonly string[] = ['caller', 'policy'];
    expect(Math.floor(status / 100)).toBe(refusals.includes(blame) ? 4 : 5);
    for (const text of [cause, fix]) expect(text).toMatch(/^[A-Z].*[.]$/);
  });
});

describe('TacitError', () => {
  it('carries code, blame, position and cause', () => {
    const cause = new Error('below');
    const error = new TacitError('SQL_SYNTAX', 'bad', { line: 2, column: 7 }, { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'TacitError', code: 'SQL_SYNTAX', blame: 'caller', cause });
    expect(error.position).toEqual({ line: 2, column: 7 });
  });

  it('marks our own mistakes as ours', () => {
    expect(() => invariant(false, 'rows')).toThrow('internal error: rows');
    expect(() => invariant(true, 'rows')).not.toThrow();
    expect(() => unreachable('x' as never, 'plan')).toThrow('internal error: unexpected x in plan');
  });
});
