import type { Link } from '../../server/exchange/measure-link.ts';
import { ERRORS, type ErrorCode } from '../../src/errors/registry.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { NetworkProfile } from '../../src/planner/network.ts';
import type { Member } from '../consortium/member.ts';
import { formatBytes, printable } from '../output/lines.ts';
import { type Check, failed } from './check.ts';
import { decodePeers } from './party-answers.ts';

/** Parties' clocks may differ by so much: logs of one query shall stand near each other. */
const SKEW_SECONDS_MAX = 5;

/** `round trip 12.3 ms, 45 MB/s`. */
export function describeLink({ bytesPerSecond, roundTripSeconds }: Link): string {
  const ms = (roundTripSeconds * 1000).toFixed(roundTripSeconds < 0.01 ? 2 : 1);
  return `round trip ${ms} ms, ${formatBytes(bytesPerSecond)}/s`;
}

/**
 * Lets every party measure the way to its two peers, one party after another so that they do not disturb each
 * other. The profile is that of the slowest links; undefined unless all six could be measured.
 */
export async function checkPeers({ connections, consortium }: Member): Promise<{
  readonly checks: readonly Check[];
  readonly network: NetworkProfile | undefined;
}> {
  const checks: Check[] = [];
  const links: Link[] = [];
  for (const client of connections) {
    try {
      for (const link of decodePeers(
        await client.exchange({ method: 'POST', path: '/v1/doctor/peers' }),
      )) {
        const peer = connections[link.party];
        const subject = `${client.name} to ${peer?.name ?? `party ${link.party + 1}`}`;
        const at = consortium.parties[link.party]?.exchange ?? 'its exchange address';
        if ('error' in link) checks.push(unreachable(subject, at, link.error));
        else {
          links.push(link);
          checks.push({ check: 'exchange', ok: true, subject, detail: describeLink(link) });
        }
      }
    } catch (error) {
      if (!(error instanceof TacitError)) throw error;
      checks.push(failed('exchange', client.name, error));
    }
  }
  return { checks, network: links.length === 6 ? profileOf(links) : undefined };
}

function unreachable(
  subject: string,
  at: string,
  { code, message }: { readonly code: string; readonly message: string },
): Check {
  const known = Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'PARTY_UNREACHABLE';
  const fix = `${ERRORS[known].fix} The firewall there must let the other parties through to ${at}.`;
  return { check: 'exchange', ok: false, subject, detail: printable(message), fix };
}

/** Rounded to three digits: it is a measurement. */
function profileOf(links: readonly Link[]): NetworkProfile {
  const round = (value: number) => Number(value.toPrecision(3));
  return {
    name: 'measured',
    roundTripSeconds: round(Math.max(...links.map((link) => link.roundTripSeconds))),
    bytesPerSecond: round(Math.min(...links.map((link) => link.bytesPerSecond))),
  };
}

/** How far the clocks are apart: of the parties among each other, and ours from theirs. */
export function checkClocks(aheadSeconds: readonly number[]): Check[] {
  if (aheadSeconds.length === 0) return [];
  const between = Math.max(...aheadSeconds) - Math.min(...aheadSeconds);
  const sorted = [...aheadSeconds].sort((a, b) => a - b);
  const here = Math.abs(sorted[sorted.length >> 1] ?? 0);
  return [
    clockCheck('the parties', `differ by ${between.toFixed(3)} s`, between),
    clockCheck('this machine', `differs by ${here.toFixed(3)} s from the parties`, here),
  ];
}

function clockCheck(subject: string, detail: string, seconds: number): Check {
  const ok = seconds <= SKEW_SECONDS_MAX;
  if (ok) return { check: 'clocks', ok, subject, detail };
  return { check: 'clocks', ok, subject, detail, fix: 'Let a time service (NTP) set the clocks.' };
}
