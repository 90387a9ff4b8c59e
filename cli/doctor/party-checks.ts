import type { PartyVitals } from '../../server/control/doctor-routes.ts';
import { CLAIM_HEADER } from '../../server/control/principal.ts';
import { measureLink } from '../../server/exchange/measure-link.ts';
import { certificateBytes, fingerprint } from '../../server/identity/certificate.ts';
import { addressOf, type ConsortiumParty } from '../../server/identity/consortium.ts';
import { consortiumDigest } from '../../server/identity/consortium-digest.ts';
import { clientTls } from '../../server/identity/tls.ts';
import { VERSION } from '../../server/version.ts';
import { hex } from '../../src/crypto/hex.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { PartyClient } from '../connect/party-client.ts';
import type { Member } from '../consortium/member.ts';
import { formatBytes } from '../output/lines.ts';
import { type Check, failed } from './check.ts';
import { describeLink } from './link-checks.ts';
import { decodeVitals } from './party-answers.ts';

/** What was found out about one party from here. */
export interface PartyReport {
  readonly checks: readonly Check[];
  /** Seconds that its clock is ahead of ours, as far as the way there lets us tell. */
  readonly clockSeconds?: number;
}

/** Everything about one party that can be seen from here. */
export async function checkParty(
  member: Member,
  party: ConsortiumParty,
  client: PartyClient,
): Promise<PartyReport> {
  const subject = client.name;
  let vitals: PartyVitals;
  let clockSeconds: number;
  try {
    // The first request connects; the second one is timed.
    await client.exchange({ method: 'GET', path: '/v1/doctor' });
    const started = Date.now();
    vitals = decodeVitals(await client.exchange({ method: 'GET', path: '/v1/doctor' }));
    clockSeconds = (vitals.clock - (started + Date.now()) / 2) / 1000;
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    const hint = ` Its firewall must let you through to ${party.control}.`;
    return { checks: [failed('control', subject, error, hint)] };
  }
  const checks: Check[] = [
    { check: 'control', ok: true, subject, detail: `${party.control} answers` },
    await checkEngine(client),
    ...compare(member, party, subject, vitals),
    checkDisk(subject, vitals),
    await checkLink(member, party, subject),
  ];
  return { checks, clockSeconds };
}

async function checkEngine(client: PartyClient): Promise<Check> {
  try {
    await client.health();
    return { check: 'engine', ok: true, subject: client.name, detail: 'can answer queries' };
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    return failed('engine', client.name, error);
  }
}

function compare(
  { consortium }: Member,
  party: ConsortiumParty,
  subject: string,
  vitals: PartyVitals,
): Check[] {
  const pinned = fingerprint(certificateBytes(party.certificate));
  const isSame = vitals.fingerprint === pinned && vitals.party === party.index;
  const digest = hex(consortiumDigest(consortium));
  const agrees = vitals.consortium === digest;
  const release = `Tacit ${vitals.version} on Node ${vitals.node}`;
  return [
    isSame
      ? { check: 'identity', ok: true, subject, detail: `fingerprint ${pinned}` }
      : {
          ...{ check: 'identity', ok: false, subject },
          detail: `says it is party ${vitals.party + 1} with fingerprint ${vitals.fingerprint}`,
          fix: 'Compare fingerprints by phone and join again with the right files.',
        },
    agrees
      ? {
          check: 'consortium',
          ok: true,
          subject,
          detail: `the same as here (${digest.slice(0, 16)}…)`,
        }
      : {
          ...{ check: 'consortium', ok: false, subject },
          detail: `has another consortium.json: digest ${vitals.consortium}, here ${digest}`,
          fix: 'All must `tacit join` the same files and restart their party.',
        },
    vitals.version === VERSION
      ? { check: 'version', ok: true, subject, detail: release }
      : {
          ...{ check: 'version', ok: false, subject, detail: `${release}; here ${VERSION}` },
          fix: 'Install the same release everywhere.',
        },
  ];
}

function checkDisk(subject: string, { freeBytes, freeBytesMin }: PartyVitals): Check {
  const ok = freeBytes >= freeBytesMin;
  const detail = `${formatBytes(freeBytes)} free, ${formatBytes(freeBytesMin)} wanted`;
  if (ok) return { check: 'disk', ok, subject, detail };
  const fix = 'Free space, or move storage.path of its party.yaml to a larger disk.';
  return { check: 'disk', ok, subject, detail, fix };
}

async function checkLink(
  { consortium, identity }: Member,
  party: ConsortiumParty,
  subject: string,
): Promise<Check> {
  const tls = consortium.tls ? clientTls(identity, party.certificate) : undefined;
  const own = certificateBytes(identity.certificate).toString('base64');
  try {
    const link = await measureLink(
      { ...addressOf(party.control), tls },
      consortium.tls ? {} : { [CLAIM_HEADER]: own },
    );
    return { check: 'link', ok: true, subject, detail: `from here: ${describeLink(link)}` };
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    return failed('link', subject, error);
  }
}
