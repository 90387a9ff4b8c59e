import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const CONFIG = join(ROOT, '.dependency-cruiser.cjs');

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

/** Runs the real dependency-cruiser with the project's own rules in `folder`. */
async function cruise(folder: string, roots: readonly string[]): Promise<Cruise> {
  const script = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [script, '--config', CONFIG, '--output-type', 'json', ...roots];
  const run = promisify(execFile);
  try {
    const { stdout } = await run(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 26 });
    return JSON.parse(stdout);
  } catch (error) {
    // Violations make the exit code non-zero; the report is on stdout all the same.
    const { stdout } = error as { stdout?: string };
    if (stdout) return JSON.parse(stdout);
    throw error;
  }
}

function typescriptFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .filter((name) => !name.startsWith('src/field/kernels/'));
}

describe('layers of the project', () => {
  let report: Cruise;
  beforeAll(async () => {
    report = await cruise(ROOT, ['src', 'server', 'cli']);
  }, 60_000);

  it('sees every module (a wrong TypeScript would see none and pass)', () => {
    const seen = new Set(report.modules.map((module) => module.source));
    const files = ['src', 'server', 'cli'].flatMap(typescriptFiles);
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !seen.has(file))).toEqual([]);
  });

  it('has no violation', () => {
    const found = report.summary.violations.map((v) => `${v.rule.name}: ${v.from}`);
    expect(found).toEqual([]);
  });

  it('has a rule for every folder of src', () => {
    const config = createRequire(import.meta.url)(CONFIG) as { forbidden: { name: string }[] };
    const ruled = config.forbidden
      .map((rule) => rule.name)
      .filter((name) => name.startsWith('layer-'))
      .map((name) => name.slice('layer-'.length));
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(folders.filter((folder) => !ruled.includes(folder))).toEqual([]);
  });
});

/** Each line breaks one rule; the fixture holds all of them at once. */
const FORBIDDEN: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['layer-executor', 'src/executor/a.ts', "import type { X } from '../compiler/leaf.ts';"],
  ['layer-executor', 'src/executor/b.ts', "import { x } from '../parser/leaf.ts';"],
  ['layer-protocol', 'src/protocol/a.ts', "import type { X } from '../planner/leaf.ts';"],
  ['layer-planner', 'src/planner/a.ts', "import type { X } from '../protocol/leaf.ts';"],
  ['layer-compiler', 'src/compiler/a.ts', "import { x } from '../sharing/leaf.ts';"],
  ['layer-parser', 'src/parser/a.ts', "import { x } from '../storage/leaf.ts';"],
  ['layer-field', 'src/field/a.ts', "import { x } from '../sharing/leaf.ts';"],
  ['layer-client', 'src/client/a.ts', "import { x } from '../engine/leaf.ts';"],
  ['src-not-to-the-top', 'src/engine/a.ts', "import { x } from '../../server/leaf.ts';"],
  ['server-not-to-cli', 'server/a.ts', "import { x } from '../cli/leaf.ts';"],
  ['pure-no-node', 'src/sharing/a.ts', "import { createHash } from 'node:crypto';"],
  ['pure-no-node', 'src/client/b.ts', "import type { Buffer } from 'node:buffer';"],
  ['crypto-node-stays-outside', 'src/sharing/b.ts', "import { x } from '../crypto/node.ts';"],
  ['package-fastify', 'src/engine/b.ts', "import fastify from 'fastify';"],
  ['package-not-listed', 'server/b.ts', "import pad from 'left-pad';"],
  ['not-to-unresolvable', 'src/engine/c.ts', "import { x } from './nowhere.ts';"],
  ['folder-without-rule', 'src/utils/a.ts', "import { x } from '../errors/leaf.ts';"],
  ['no-cycle', 'src/catalog/a.ts', "import type { X } from './b.ts';"],
];
const LEAF = 'export const x = 1;\nexport type X = number;\n';
const USE = 'export type Y = X;\nexport const y = x;\n';

describe('layer rules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tacit-layers-'));
  let report: Cruise;

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }

  beforeAll(async () => {
    for (const [, file, text] of FORBIDDEN) {
      const leaf = /'(\.\..*leaf\.ts|\.\.\/crypto\/node\.ts)'/.exec(text)?.[1];
      if (leaf) write(join(dirname(file), leaf), LEAF);
      write(file, `${text}\n${USE}export type { X };\n`);
    }
    for (const name of ['fastify', 'left-pad']) {
      write(`node_modules/${name}/package.json`, `{"name":"${name}","main":"index.js"}`);
      write(`node_modules/${name}/index.js`, 'module.exports = 1;\n');
    }
    write('src/catalog/b.ts', "import type { X } from './a.ts';\nexport type { X };\n");
    write('package.json', '{"name":"fixture","dependencies":{"fastify":"1","left-pad":"1"}}');
    report = await cruise(folder, ['src', 'server', 'cli']);
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(FORBIDDEN)('%s catches %s: %s', (rule, file) => {
    const found = report.summary.violations
      .filter((violation) => violation.from === file)
      .map((violation) => violation.rule.name);
    expect(found).toContain(rule);
  });
});
