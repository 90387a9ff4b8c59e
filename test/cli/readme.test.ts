import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QUESTIONS } from '../../demo/questions.ts';
import { Workplace } from './tacit.ts';

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
/** Times differ from run to run. */
const timeless = (text: string) => text.replaceAll(/\d+\.\d+ s/g, 'N s');

let place: Workplace;
beforeAll(async () => {
  place = await Workplace.create({});
});
afterAll(() => place.remove());

describe('the README', () => {
  it('shows what its example prints', async () => {
    const command = /^node bin\/tacit\.js run (\S+) -e "([^"]+)"$/m.exec(README);
    const [, config = '', sql = ''] = command ?? [];
    const { code, stdout, stderr } = await place.tacit(['run', config, '-e', sql]);
    expect(code, stderr).toBe(0);
    expect(README).toContain(`\`\`\`\n${stdout}\`\`\``);
    expect(timeless(README)).toContain(`\`\`\`\n${timeless(stderr)}\`\`\``);
  });

  it('quotes a question that the demo asks', () => {
    expect(
      QUESTIONS.some(({ sql }) => README.includes(sql.trim().replaceAll('\n', '\n    '))),
    ).toBe(true);
  });
});
