/**
 * Who may import whom (docs/architecture.md draws it). Imports point down, never up, and never in
 * a circle, type-only imports included. A folder that is missing from the tables is an error.
 */
const path = require('node:path');
const ts = require('typescript');

// With a TypeScript it cannot drive, dependency-cruiser parses 0 modules and reports no violation.
const [major] = ts.version.split('.').map(Number);
if (!(major >= 5 && major < 7)) {
  throw new Error(
    `dependency-cruiser needs TypeScript 5 or 6 to see any module, found ${ts.version}`,
  );
}

/** Public facts about a stored column (types, widths, row counts): plain data without any SQL. */
const COLUMNS = ['catalog/table.ts', 'catalog/types.ts'];

/** Every folder of src, bottom-up, and what it may import besides itself. */
const FOLDERS = {
  errors: [],
  crypto: ['errors'],
  wire: ['errors'],
  commit: ['errors', 'crypto'],
  field: ['errors', 'crypto'],
  sharing: ['errors', 'crypto', 'field', 'catalog/commitment.ts', ...COLUMNS],
  circuits: ['errors'],
  program: ['errors', 'crypto', 'wire', 'field', 'circuits'],
  receipt: ['errors', 'crypto', 'program'],
  parser: ['errors'],
  catalog: ['errors', 'crypto', 'program/canonical.ts'],
  planner: ['errors', 'parser', 'catalog', 'circuits', 'program'],
  compiler: ['errors', 'field', 'circuits', 'program', 'catalog', 'planner'],
  transport: ['errors', 'crypto', 'wire'],
  storage: [
    ...['errors', 'crypto', 'wire', 'field/planes.ts'],
    ...['catalog/digest.ts', 'catalog/check-definition.ts', 'catalog/version.ts'],
    ...['catalog/commitment.ts', 'commit/part-audit.ts', ...COLUMNS],
  ],
  protocol: [
    ...['errors', 'crypto', 'wire', 'field', 'sharing', 'circuits', 'program'],
    ...['transport', 'receipt/query-id.ts'],
  ],
  proof: [
    ...['errors', 'crypto', 'wire', 'field', 'sharing', 'circuits', 'program'],
    ...['transport', 'protocol'],
  ],
  executor: [
    ...['errors', 'crypto', 'wire', 'field', 'sharing', 'circuits', 'program'],
    ...['transport', 'storage', 'protocol', 'proof'],
  ],
  engine: [
    ...['errors', 'crypto', 'wire', 'field', 'sharing', 'circuits', 'program', 'parser'],
    ...['catalog', 'planner', 'compiler', 'transport', 'storage', 'proof', 'protocol', 'executor'],
    ...['receipt', 'commit'],
  ],
  client: [
    ...['errors', 'crypto', 'wire', 'field', 'sharing', 'catalog', 'planner', 'program', 'receipt'],
    'commit',
    // Contracts only: the query's request and answer, and the block layout of an upload.
    ...['engine/query.ts', 'storage/share-store.ts'],
  ],
  audit: [
    ...['errors', 'crypto', 'program', 'proof', 'parser', 'catalog', 'planner', 'compiler'],
    ...['receipt', 'client', 'commit'],
    // The one path from a statement to its program.
    'engine/prepare.ts',
  ],
};

/** These run in a browser too: no Node module; randomness and hashes come in as a parameter. */
const PURE = [
  ...['errors', 'wire', 'field', 'sharing', 'circuits', 'program', 'proof', 'client'],
  ...['parser', 'catalog', 'planner', 'compiler', 'receipt', 'audit', 'commit'],
  ...['engine/prepare.ts', 'engine/explain.ts', 'engine/named-tables.ts'],
];

/** npm packages that src, server and cli may use, and where. Everything else is refused. */
const PACKAGES = {
  'node-sql-parser': '^src/parser/',
  '@noble/curves': '^src/(crypto|commit)/',
  '@noble/hashes': '^src/crypto/',
  msgpackr: '^src/(wire|transport)/|^server/',
  lmdb: '^src/storage/',
  fastify: '^server/',
  pino: '^server/',
  'lru-cache': '^(src/engine|server)/',
  '@peculiar/x509': '^(server|cli)/',
  'reflect-metadata': '^(server|cli)/',
  '@duckdb/node-api': '^(cli|demo)/',
  pg: '^cli/sources/',
  commander: '^cli/',
  yaml: '^(server|cli)/',
};

const NPM = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'];

/** `a` becomes `^src/a/`, `a/b.ts` becomes exactly that file. */
function pattern(target) {
  return target.endsWith('.ts') ? `^src/${target.replaceAll('.', '\\.')}$` : `^src/${target}/`;
}

function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}

const layers = Object.entries(FOLDERS).map(([folder, allowed]) =>
  forbid(
    `layer-${folder}`,
    `src/${folder} may import only: ${allowed.join(', ') || 'nothing else of src'}`,
    { path: `^src/${folder}/` },
    { path: '^(src|server|cli)/', pathNot: [folder, ...allowed].map(pattern) },
  ),
);

const packages = Object.entries(PACKAGES).map(([name, home]) =>
  forbid(
    `package-${name}`,
    `${name} may be imported only in ${home}`,
    { path: '^(src|server|cli)/', pathNot: home },
    { path: `(^|/)node_modules/${name}/` },
  ),
);

module.exports = {
  forbidden: [
    ...layers,
    ...packages,
    forbid('no-cycle', 'A module may not import itself by any detour.', {}, { circular: true }),
    forbid(
      'not-to-unresolvable',
      'The import leads nowhere.',
      { path: '^(src|server|cli)/' },
      { couldNotResolve: true },
    ),
    forbid(
      'folder-without-rule',
      'Add the new folder of src to FOLDERS in .dependency-cruiser.cjs.',
      { path: '^src/[^/]+/', pathNot: Object.keys(FOLDERS).map(pattern) },
      {},
    ),
    forbid(
      'src-not-to-the-top',
      'src knows nothing of the server, the command line, tests and benchmarks.',
      { path: '^src/' },
      { path: '^(server|cli|demo|test|benchmarks|bin|scripts)/' },
    ),
    forbid(
      'server-not-to-cli',
      'The command line starts servers, not the other way round.',
      { path: '^server/' },
      { path: '^(cli|demo|test|benchmarks)/' },
    ),
    forbid(
      'pure-no-node',
      'This folder runs in a browser too: take a CryptoProvider instead of a Node module.',
      { path: [...PURE.map(pattern), '^src/crypto/(?!node)'] },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'crypto-node-stays-outside',
      'Only engine, server, cli (and tests) choose the Node provider.',
      { path: '^(src|server|cli)/', pathNot: '^(src/engine|src/crypto/node|server|cli|demo)' },
      { path: '^src/crypto/node' },
    ),
    forbid(
      'crypto-provider-is-pure',
      'src/crypto/provider.ts is an interface.',
      { path: '^src/crypto/provider\\.ts$' },
      { pathNot: '^$' },
    ),
    forbid(
      'package-not-listed',
      'A new runtime package needs a reason in docs/decisions and a line in PACKAGES.',
      { path: '^(src|server|cli)/' },
      {
        dependencyTypes: NPM,
        pathNot: Object.keys(PACKAGES).map((name) => `(^|/)node_modules/${name}/`),
      },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/field/kernels/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: path.join(__dirname, 'tsconfig.json') },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
