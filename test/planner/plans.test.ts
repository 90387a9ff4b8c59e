import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { disclosures } from '../../src/planner/disclosures.ts';
import { explainPlan } from '../../src/planner/explain.ts';
import { chainOf } from '../../src/planner/logical/plan.ts';
import { LAN } from '../../src/planner/network.ts';
import { choose } from '../../src/planner/physical/choose.ts';
import { printScalar } from '../../src/planner/print-scalar.ts';
import { optimize, RULES } from '../../src/planner/rules/optimize.ts';
import { measure } from '../../src/program/measure.ts';
import { catalog, related } from './tables.ts';

const FOLDER = `${import.meta.dirname}/plans`;

/**
 * A golden holds a comment, `explain expect=rule,...`, the query, a rule line, and what follows from it: rules that fired with the
 * filter after each, plan, cost, disclosures. `vitest -u` rewrites all behind the line.
 */
function render(head: string): { readonly text: string; readonly fired: string[] } {
  const sql = head
    .split('\n')
    .filter((line) => !line.startsWith('#') && !line.startsWith('explain'))
    .join('\n')
    .trim();
  const fired: string[] = [];
  const steps: string[] = [];
  const tables = { tables: [...catalog().tables, ...related()] };
  const logical = optimize(bind(parseStatement(sql), tables), (rule, after) => {
    fired.push(rule);
    // HAVING reads columns that the table does not name.
    const filter = chainOf(after).find(
      (node) => node.kind === 'filter' && node.input.kind === 'scan',
    );
    const shown = filter?.kind === 'filter' ? printScalar(filter.predicate, tables.tables[0]) : '-';
    steps.push(`${rule}: ${shown}`);
  });
  const plan = choose(logical, LAN);
  const { total } = measure(compile(plan).program);
  const text = [
    ...steps,
    ...explainPlan(plan),
    `rounds=${total.rounds} bytes=${total.bytesPerParty.join('/')} ands=${total.andGates} multiplications=${total.multiplications}`,
    ...disclosures(plan).map(({ to, what }) => `discloses to ${to}: ${what}`),
  ].join('\n');
  return { text, fired };
}

describe('golden plans', () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.plan'));
  it.each(files)('%s', async (file) => {
    const golden = readFileSync(`${FOLDER}/${file}`, 'utf8');
    const [head = ''] = golden.split('----\n');
    const { text, fired } = render(head);
    const wanted = /expect=(\S+)/.exec(head)?.[1]?.split(',') ?? [];
    for (const rule of wanted) expect(fired).toContain(rule);
    for (const rule of /expect-not=(\S+)/.exec(head)?.[1]?.split(',') ?? []) {
      expect(fired).not.toContain(rule);
    }
    await expect(`${head}----\n${text}\n`).toMatchFileSnapshot(`${FOLDER}/${file}`);
  });

  it('cover every rule', () => {
    const all = files.map((file) => readFileSync(`${FOLDER}/${file}`, 'utf8')).join('\n');
    const expected = new Set([...all.matchAll(/expect=(\S+)/g)].flatMap((m) => m[1]?.split(',')));
    for (const { name } of RULES) expect(expected).toContain(name);
  });
});
