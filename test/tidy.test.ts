import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Taste as a test: what no linter checks. Every message says what to do instead. */

const ROOT = join(import.meta.dirname, '..');
const IGNORED = new Set(['node_modules', '.git', 'dist', 'build', 'coverage', '.tacit']);
const CODE = new Set(['.ts', '.mts', '.mjs', '.cjs', '.js']);

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (IGNORED.has(entry.name)) return [];
    if (entry.isDirectory()) return walk(path);
    return entry.isFile() ? [relative(ROOT, path).replaceAll('\\', '/')] : [];
  });
}

const FILES = walk(ROOT);
const SOURCES = FILES.filter((file) => file.startsWith('src/') && file.endsWith('.ts'));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

interface Ban {
  readonly name: string;
  readonly use: string;
  /** Paths it applies to. */
  readonly where: RegExp;
}

const SRC = /^src\/(?!field\/kernels\/)/;
const ROWS = /^src\/(field|sharing|circuits|program|wire|protocol|transport|storage|executor)\//;
const PURE =
  /^src\/(errors|wire|field|sharing|circuits|program|proof|client|parser|catalog|planner|compiler|receipt|audit|commit)\/(?!kernels\/)/;

/** Names that may not be mentioned in code: `Object.member`, or a global. */
const BANS: readonly Ban[] = [
  { name: 'Math.random', use: 'CryptoProvider.randomFill or a seeded stream', where: SRC },
  { name: 'Date.now', use: 'a clock parameter', where: SRC },
  { name: 'performance.now', use: 'a clock parameter', where: SRC },
  { name: 'setTimeout', use: 'a timer parameter', where: SRC },
  { name: 'setInterval', use: 'a timer parameter', where: SRC },
  { name: 'console', use: 'an error, or a log in server/ or cli/', where: SRC },
  { name: 'JSON.stringify', use: 'typed arrays and the frame format', where: ROWS },
  { name: 'JSON.parse', use: 'typed arrays and the frame format', where: ROWS },
  { name: 'Buffer', use: 'Uint8Array', where: PURE },
  { name: 'process', use: 'a parameter', where: PURE },
];

/** `file:line name is banned, use …` for every banned name in the text. */
function findBanned(file: string, text: string): string[] {
  const bans = BANS.filter((ban) => ban.where.test(file));
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const name = mentioned(node);
    const ban = bans.find((candidate) => candidate.name === name);
    if (ban) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      found.push(`${file}:${line} ${ban.name} is banned, use ${ban.use}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The global or `Object.member` that a node names; members and keys of our own are not globals. */
function mentioned(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    return node.expression.text === 'globalThis'
      ? node.name.text
      : `${node.expression.text}.${node.name.text}`;
  }
  if (!ts.isIdentifier(node)) return undefined;
  const parent = node.parent;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
  const isKey =
    'name' in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent);
  return isMember || isKey ? undefined : node.text;
}

/** Citation tags such as [BGW88] in comments. */
function citations(text: string): string[] {
  const comments = text.match(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g) ?? [];
  return comments.flatMap((comment) => comment.match(/\[[A-Z][A-Za-z]+\d{2}\]/g) ?? []);
}

const FOCUSED = /\b(it|test|describe|suite)(\.\w+)*\.(only|skip|todo|fails)\b/;
const CONDITIONAL = /\b(it|test|describe)\.(skipIf|runIf)\(/;
const machinePath = new RegExp(`(^|[\\s"'\`(=:])/(${['work', 'tmp', 'home', 'root'].join('|')})/`);
const registryHost = new RegExp(['https?://registry', '[^\\s"]*\\.(org|com|io|net)'].join('\\.'));

describe('names', () => {
  it('say what a thing is', () => {
    const vague = /(^|[-_./])(utils?|helpers?|common|misc|managers?)([-_./]|$)/i;
    expect(FILES.filter((file) => vague.test(file))).toEqual([]);
    expect(vague.test('src/utils/a.ts') && vague.test('cli/query-helper.ts')).toBe(true);
  });
});

describe('source files', () => {
  it('mention no banned name', () => {
    expect(SOURCES.flatMap((file) => findBanned(file, read(file)))).toEqual([]);
  });

  it('would be caught if they did', () => {
    const text = 'export const f = () => JSON.stringify(Date.now());\nsetTimeout(f, 1);';
    expect(findBanned('src/executor/a.ts', text)).toEqual([
      'src/executor/a.ts:1 JSON.stringify is banned, use typed arrays and the frame format',
      'src/executor/a.ts:1 Date.now is banned, use a clock parameter',
      'src/executor/a.ts:2 setTimeout is banned, use a timer parameter',
    ]);
    expect(findBanned('src/executor/a.ts', 'a.console = { console: 1 }; // console')).toEqual([]);
    expect(findBanned('src/field/a.ts', 'globalThis.process; Buffer.from("")')).toHaveLength(2);
  });

  it('have at most 400 lines', () => {
    const long = FILES.filter((file) => CODE.has(extname(file)))
      .map((file) => `${file}: ${read(file).trimEnd().split('\n').length}`)
      .filter((entry) => Number(entry.split(': ')[1]) > 400);
    expect(long).toEqual([]);
  });

  it('leave no unfinished work marked behind', () => {
    const marker = new RegExp(`\\b(${['FIX', 'ME'].join('')}|${['XX', 'X'].join('')})\\b`);
    const code = FILES.filter((file) => CODE.has(extname(file)));
    expect(code.filter((file) => marker.test(read(file)))).toEqual([]);
  });

  it('mint reveal permits in one file only', () => {
    const cast = ['as', 'RevealPermit'].join(' ');
    const minting = FILES.filter((file) => CODE.has(extname(file)) && read(file).includes(cast));
    const declared = SOURCES.some((file) => /\bRevealPermit\b/.test(read(file)));
    expect(minting).toHaveLength(declared ? 1 : 0);
  });

  it('cite only what docs/protocols.md lists', () => {
    const listed = read('docs/protocols.md');
    const used = SOURCES.flatMap((file) => citations(read(file)).map((tag) => `${tag} in ${file}`));
    expect(used.filter((use) => !listed.includes(use.split(' ')[0] as string))).toEqual([]);
    expect(citations('// a la [BGW88]\nconst x = [A12];')).toEqual(['[BGW88]']);
  });
});

describe('folders of src', () => {
  const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `src/${entry.name}`)
    .filter((folder) => FILES.some((file) => file.startsWith(`${folder}/`)));

  it.each(folders)('%s has a README that names each of its files', (folder) => {
    expect(FILES, `write ${folder}/README.md`).toContain(`${folder}/README.md`);
    const readme = read(`${folder}/README.md`);
    const files = SOURCES.filter((file) => file.startsWith(`${folder}/`));
    expect(files.filter((file) => !readme.includes(basename(file)))).toEqual([]);
  });
});

describe('documents', () => {
  const documents = FILES.filter((file) => file.endsWith('.md'));

  it.each(documents)('%s: one title, and its relative links lead somewhere', (file) => {
    const prose = read(file).replaceAll(/^```[\s\S]*?^```/gm, '');
    expect(prose.match(/^# /gm) ?? []).toHaveLength(1);
    const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] as string);
    const broken = links.filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(file, link));
    expect(broken).toEqual([]);
  });

  it('name only files that exist', () => {
    const named = documents.flatMap((file) =>
      [...read(file).matchAll(/`((?:src|server|cli|docs|test|scripts)\/[\w./-]+\.\w+)`/g)].map(
        (match) => ({ file, path: match[1] as string }),
      ),
    );
    expect(named.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

/** Does a relative link of a document point to an existing file, and its #fragment to a heading? */
function leadsSomewhere(from: string, link: string): boolean {
  const [path = '', fragment] = link.split('#');
  const target = path === '' ? from : join(dirname(from), path);
  if (!existsSync(join(ROOT, target))) return false;
  if (fragment === undefined || statSync(join(ROOT, target)).isDirectory()) return true;
  const slugs = [...read(target).matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] as string)
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
  return slugs.includes(fragment);
}

describe('committed files', () => {
  const texts = FILES.filter((file) => !/\.(wasm|parquet|png)$/.test(file));

  it('name no path of a developer machine and no package registry', () => {
    const found = texts.filter((file) => {
      const text = read(file);
      return machinePath.test(text) || registryHost.test(text);
    });
    expect(found).toEqual([]);
  });

  it('lock every optional package of every platform, or npm ci refuses the lock file', () => {
    const lock = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter(
        (name) =>
          !lock.packages[`${path}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });
});

describe('tests', () => {
  it('are neither focused nor skipped (except by TACIT_LONG)', () => {
    const tests = FILES.filter((file) => file.startsWith('test/') && file.endsWith('.ts'));
    const found = tests.flatMap((file) =>
      read(file)
        .split('\n')
        .map((line, index) => ({ line, where: `${file}:${index + 1}` }))
        .filter(({ line }) => FOCUSED.test(line) || (CONDITIONAL.test(line) && !/LONG/i.test(line)))
        .map(({ where }) => where),
    );
    expect(found).toEqual([]);
    expect(FOCUSED.test(['it', 'only("a")'].join('.'))).toBe(true);
  });
});
