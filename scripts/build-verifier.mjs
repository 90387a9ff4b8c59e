// Builds build/verify.html: `tacit verify` as one file for a browser, with nothing to load and nowhere to send.
// Usage: node scripts/build-verifier.mjs [FILE]
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = join(root, 'browser/verify');

/** The verifier as one classic script that defines `globalThis.tacitVerify` and needs nothing of Node. */
async function bundleVerifier() {
  const bundle = await rolldown({
    input: join(page, 'page.js'),
    platform: 'browser',
    logLevel: 'warn',
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(`the verifier does not bundle: ${log.message}`);
    },
  });
  try {
    const { output } = await bundle.generate({ format: 'iife', minify: true });
    if (output.length !== 1) throw new Error('the verifier is not one file');
    return output[0].code;
  } finally {
    await bundle.close();
  }
}

/** The page around the script; its policy allows this script and no request. */
function verifierPage(script) {
  if (/<\/script|<!--/i.test(script)) throw new Error('the script would end its element');
  const hash = createHash('sha256').update(script).digest('base64');
  const template = readFileSync(join(page, 'verify.html'), 'utf8');
  return template.replace('SCRIPT_HASH', () => hash).replace('>SCRIPT<', () => `>${script}<`);
}

const target = resolve(process.argv[2] ?? join(root, 'build/verify.html'));
const html = verifierPage(await bundleVerifier());
mkdirSync(dirname(target), { recursive: true });
const draft = `${target}.${process.pid}`;
writeFileSync(draft, html);
renameSync(draft, target);
process.stdout.write(`built ${target} (${Math.round(html.length / 1024)} KiB)\n`);
