import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditReceipts } from '../../src/audit/audit.ts';
import { reportOf } from '../../src/audit/report.ts';
import { hex } from '../../src/crypto/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { nodeKeys } from '../../src/crypto/node-keys.ts';
import { receiptDigest } from '../../src/receipt/digest.ts';
import { type AuditedConsortium, auditedConsortium } from '../audit/audited-consortium.ts';
import { verifierPage } from '../audit/verifier-page.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';

const SQL = 'SELECT word, AVG(a) AS m FROM t GROUP BY word ORDER BY m';
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

let dir: string;
let browser: Browser;
let page: Page;
let consortium: AuditedConsortium;
/** A chain of two. */
let receipts: Uint8Array[];
/** Whatever the page asked the network for. */
const requests: string[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tacit-browser-'));
  await writeFile(join(dir, 'verify.html'), verifierPage());
  consortium = await auditedConsortium([plainTable([9, 4], variedRow)]);
  const first = await consortium.receiptOf(SQL);
  const previous = hex(receiptDigest(nodeCrypto, new TextDecoder().decode(first)));
  receipts = [first, await consortium.receiptOf(SQL, { previous })];
  // Root may not use Chromium's sandbox; the page is ours.
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  page = await browser.newPage();
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(String(pathToFileURL(join(dir, 'verify.html'))));
});
afterAll(async () => {
  await browser?.close();
  await rm(dir, { recursive: true });
});

const asFiles = (files: readonly Uint8Array[]) =>
  files.map((bytes, k) => ({
    name: `${k + 1}.json`,
    mimeType: 'application/json',
    buffer: Buffer.from(bytes),
  }));

/** What the page shows for these files. */
async function shown(files: readonly Uint8Array[], pins: string | undefined) {
  const keys = pins === undefined ? [] : [new TextEncoder().encode(pins)];
  await page.setInputFiles('#consortium', asFiles(keys));
  await page.setInputFiles('#receipts', asFiles(files));
  const report = page.locator('#report.passed, #report.failed');
  await report.waitFor();
  return { text: await report.textContent(), verdict: await report.getAttribute('class') };
}

/** What the command line says. */
function expected(files: readonly Uint8Array[], pins: string | undefined) {
  const platform = { crypto: nodeCrypto, keys: nodeKeys };
  const named = asFiles(files).map(({ name, buffer }) => ({ name, bytes: new Uint8Array(buffer) }));
  const audit = auditReceipts(platform, named, pins);
  return { text: reportOf(audit).join('\n'), verdict: audit.passed ? 'passed' : 'failed' };
}

describe('the page in Chromium', () => {
  it('says what the command line says', async () => {
    const found = await shown(receipts, consortium.pins);
    expect(found).toEqual(expected(receipts, consortium.pins));
    expect(found.verdict).toBe('passed');
  });

  it('says what is not pinned', async () => {
    const found = await shown(receipts, undefined);
    expect(found).toEqual(expected(receipts, undefined));
    expect(found.text).toMatch(/^keys not pinned: internal consistency only\n/);
  });

  it('rejects what the command line rejects', async () => {
    const altered = (receipts[1] as Uint8Array).slice();
    altered[altered.length - 200] = (altered[altered.length - 200] ?? 0) ^ 1;
    for (const files of [[altered], [...receipts].reverse()]) {
      const found = await shown(files, consortium.pins);
      expect(found).toEqual(expected(files, consortium.pins));
      expect(found.verdict).toBe('failed');
    }
    expect(await shown(receipts, '{}')).toMatchObject({ verdict: 'failed' });
  });

  it('loads nothing and can send nothing', async () => {
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
    const send = 'fetch("https://example.com/").then(() => "sent", () => "refused")';
    const isBlocked = page.waitForEvent('console', (message) =>
      message.text().includes('Content Security Policy'),
    );
    expect(await page.evaluate(send)).toBe('refused');
    await isBlocked;
  });
});
