import { writeFile } from 'node:fs/promises';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { NetworkProfile } from '../../src/planner/network.ts';
import { asMember, type Member } from '../consortium/member.ts';
import { printable } from '../output/lines.ts';
import type { Output } from '../run/run-statements.ts';
import type { Check } from './check.ts';
import { checkClocks, checkPeers, describeLink } from './link-checks.ts';
import { checkDirectory } from './local-checks.ts';
import { checkParty } from './party-checks.ts';

export interface DoctorOptions {
  readonly as: string;
  readonly json: boolean;
  /** Where to write the measured network profile. */
  readonly saveNetwork?: string;
}

interface Findings {
  readonly checks: readonly Check[];
  readonly network: NetworkProfile | undefined;
}

/** `tacit doctor`: exit code 0 if every check passes. */
export async function doctorCommand(options: DoctorOptions, output: Output): Promise<number> {
  const findings = await asMember(options.as, (member) => examine(options.as, member));
  const ok = findings.checks.every((check) => check.ok);
  if (options.json) output.stdout(`${JSON.stringify({ ok, ...findings })}\n`);
  else output.stdout(describe(findings));
  if (options.saveNetwork === undefined) return ok ? 0 : 1;
  await saveNetwork(options.saveNetwork, findings.network);
  output.stderr(`wrote ${options.saveNetwork}; use it with --network\n`);
  return ok ? 0 : 1;
}

async function examine(dir: string, member: Member): Promise<Findings> {
  const checks: Check[] = await checkDirectory(dir, member);
  const ahead: number[] = [];
  // One after another: what is measured shall not be disturbed.
  for (const [i, client] of member.connections.entries()) {
    const party = member.consortium.parties[i];
    if (party === undefined) continue;
    const report = await checkParty(member, party, client);
    checks.push(...report.checks);
    if (report.clockSeconds !== undefined) ahead.push(report.clockSeconds);
  }
  const { checks: links, network } = await checkPeers(member);
  return { checks: [...checks, ...checkClocks(ahead), ...links], network };
}

function describe({ checks, network }: Findings): string {
  const lines = checks.flatMap(({ check, detail, fix, ok, subject }) => {
    const mark = ok ? 'PASS' : 'FAIL';
    const line = `${mark}  ${check.padEnd(10)}  ${printable(`${subject}: ${detail}`)}`;
    return fix === undefined ? [line] : [line, `${' '.repeat(18)}-> ${fix}`];
  });
  const bad = checks.filter((check) => !check.ok).length;
  const verdict =
    bad === 0 ? `All ${checks.length} checks passed.` : `${bad} of ${checks.length} checks failed.`;
  const slowest =
    network === undefined ? [] : [`Slowest link between parties: ${describeLink(network)}.`];
  return `${[...lines, ...slowest, verdict].join('\n')}\n`;
}

async function saveNetwork(file: string, network: NetworkProfile | undefined): Promise<void> {
  if (network === undefined) {
    const message = `${file} was not written: not every link between the parties could be measured`;
    throw new TacitError('PARTY_UNREACHABLE', message);
  }
  try {
    await writeFile(file, `${JSON.stringify(network, null, 2)}\n`);
  } catch (cause) {
    throw new TacitError('CONFIG_INVALID', `${file} cannot be written`, undefined, { cause });
  }
}
