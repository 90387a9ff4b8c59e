import { createHash } from 'node:crypto';
import { createContext, runInContext, Script } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditReceipts } from '../../src/audit/audit.ts';
import { reportOf } from '../../src/audit/report.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { nodeKeys } from '../../src/crypto/node-keys.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';
import { type AuditedConsortium, auditedConsortium } from './audited-consortium.ts';
import { verifierPage } from './verifier-page.ts';

/** What the page asks of a browser, and nothing that only Node has. */
const WEB = { TextEncoder, TextDecoder, atob, btoa };

let page: string;
let script: string;
let consortium: AuditedConsortium;
let receipt: Uint8Array;

beforeAll(async () => {
  page = verifierPage();
  script = /<script>(.*)<\/script>/s.exec(page)?.[1] ?? '';
  consortium = await auditedConsortium([plainTable([9, 4], variedRow)]);
  receipt = await consortium.receiptOf('SELECT COUNT(*) AS n, AVG(a) AS m FROM t WHERE b > 3');
});

/** The bundle's verdict in a realm of its own without process, require, Buffer or any module. */
function verifyInRealm(text: string, pins: string | undefined) {
  const realm = createContext({ ...WEB });
  new Script(script).runInContext(realm);
  const call = `
    if (['process', 'require', 'Buffer', 'module', 'global', 'crypto'].some((n) => n in globalThis)) throw 0;
    const files = [{ name: 'a.json', bytes: new TextEncoder().encode(${JSON.stringify(text)}) }];
    JSON.stringify(tacitVerify(files, ${JSON.stringify(pins)}))`;
  return JSON.parse(runInContext(call, realm));
}

describe('the bundle for browsers', () => {
  it('says the same as the command line, without anything of Node', () => {
    const text = new TextDecoder().decode(receipt);
    const altered = text.replace(/"time":\d/, '"time":9');
    for (const [file, pins, passed] of [
      [text, consortium.pins, true],
      [text, undefined, true],
      [altered, consortium.pins, false],
      ['{}', consortium.pins, false],
    ] as const) {
      const found = verifyInRealm(file, pins);
      const bytes = new TextEncoder().encode(file);
      const platform = { crypto: nodeCrypto, keys: nodeKeys };
      const audit = auditReceipts(platform, [{ name: 'a.json', bytes }], pins);
      expect(found).toEqual({ passed, lines: reportOf(audit) });
    }
  });

  it('says what is wrong with a consortium file', () => {
    const { lines, passed } = verifyInRealm(new TextDecoder().decode(receipt), '{}');
    expect(passed).toBe(false);
    expect(lines.join('\n')).toContain('consortium: expected the members');
  });

  it('is one page that may load and send nothing', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    const hash = createHash('sha256').update(script).digest('base64');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'sha256-${hash}'`);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/<(link|img|iframe|script src)/);
  });
});
