// Compiles src/field/kernels to build/kernels.wasm when a source is newer than the binary.
// Usage: node scripts/build-kernels.mjs [--force]
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = join(root, 'src/field/kernels');
const output = join(root, 'build/kernels.wasm');
const RESERVED_BYTES = 65536;
const DATA_SECTION = 11;

/** True if build/kernels.wasm is missing or older than a source or than this script. */
export function kernelsAreStale() {
  const built = statSync(output, { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return true;
  const inputs = readdirSync(sources).map((name) => join(sources, name));
  inputs.push(fileURLToPath(import.meta.url));
  return inputs.some((path) => statSync(path).mtimeMs > built);
}

/** Compiles the kernels; throws with the compiler's own message. */
export async function buildKernels() {
  const { default: asc } = await import('assemblyscript/asc');
  mkdirSync(dirname(output), { recursive: true });
  // A process that reads the binary must never see half of it.
  const draft = `build/kernels.${process.pid}.wasm`;
  const { error, stderr } = await asc.main(
    [
      'src/field/kernels/entry.ts',
      ['--outFile', draft],
      ['-O3', '--converge', '--noAssert'],
      ['--enable', 'simd', '--runtime', 'stub', '--use', 'abort='],
      ['--importMemory', '--noExportMemory', '--initialMemory', '1', '--memoryBase', '16384'],
      ['--baseDir', root],
    ].flat(),
  );
  if (error) throw new Error(`the kernels do not compile\n${stderr.toString()}`);
  try {
    checkKernels(readFileSync(join(root, draft)));
    renameSync(join(root, draft), output);
  } finally {
    rmSync(join(root, draft), { force: true });
  }
}

/** The kernels may touch nothing below RESERVED_BYTES but their scratch, and import only the memory. */
function checkKernels(binary) {
  const module = new WebAssembly.Module(binary);
  const imports = WebAssembly.Module.imports(module).map(
    (entry) => `${entry.module}.${entry.name}`,
  );
  if (imports.join() !== 'env.memory') throw new Error(`unexpected imports: ${imports.join(', ')}`);
  if (sectionIds(binary).includes(DATA_SECTION)) throw new Error('the kernels have a data segment');
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { reservedEnd } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  if (!(reservedEnd.value <= RESERVED_BYTES)) {
    throw new Error(`scratch ends at ${reservedEnd.value}, reserved are ${RESERVED_BYTES} bytes`);
  }
}

/** Section numbers of a WebAssembly binary, in order. */
function sectionIds(binary) {
  const ids = [];
  let at = 8;
  while (at < binary.length) {
    ids.push(binary[at++]);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = binary[at++];
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return ids;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (process.argv.includes('--force') || kernelsAreStale()) {
    await buildKernels();
    process.stdout.write('built build/kernels.wasm\n');
  }
}
