import type { Attestation, PartyStats, QueryAnswer, TableRead } from '../../engine/query.ts';
import type { Cost } from '../../program/cost.ts';
import { SECURITY, type Security } from '../../program/program.ts';
import { BODY_MAX } from '../../receipt/decode.ts';
import { fromBase64, toBase64 } from '../base64.ts';
import { decodeShape, encodeShape } from './shape-codec.ts';
import { count, flag, items, malformed, member, seconds, words } from './untrusted.ts';

/** More tables than any statement may name. */
const TABLES_MAX = 256;
/** Longest name of a table, in UTF-16 units. */
const NAME_MAX = 512;

/**
 * A party's answer as JSON text. Big integers are `{"int": "digits"}`, bytes are base64. The members
 * are in a fixed order, so that equal answers are equal texts.
 */
export function encodeAnswer(answer: QueryAnswer): string {
  const { seconds: s, ...counters } = answer.stats;
  return JSON.stringify({
    agreed: agreedPart(answer),
    sealed: toBase64(answer.sealed),
    ...(answer.attestation === undefined
      ? {}
      : { attestation: attestationPart(answer.attestation) }),
    stats: { seconds: { plan: s.plan, execute: s.execute, verify: s.verify }, ...counters },
  });
}

function attestationPart({ body, commitment, time, signature }: Attestation): Attestation {
  return { body, commitment, time, signature };
}

/** The text of everything that all parties must say identically. */
export function agreedText(answer: QueryAnswer): string {
  return JSON.stringify(agreedPart(answer));
}

function agreedPart(answer: QueryAnswer) {
  const { cost } = answer;
  return {
    shape: encodeShape(answer.shape),
    disclosures: answer.disclosures.map(({ to, what }) => ({ to, what })),
    tables: answer.tables.map(({ name, version, digest }) => ({ name, version, digest })),
    explain: answer.explain,
    explainOnly: answer.explainOnly,
    security: answer.security,
    cost: {
      rounds: cost.rounds,
      bytesPerParty: cost.bytesPerParty,
      bytesToAnalyst: cost.bytesToAnalyst,
      andGates: cost.andGates,
      multiplications: cost.multiplications,
    },
    programDigest: answer.programDigest,
  };
}

/** Reads what a party sent; PEER_PROTOCOL if it does not have the form above. */
export function decodeAnswer(text: string): QueryAnswer {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    throw malformed('not JSON');
  }
  const agreed = member(root, 'agreed');
  const sealed = fromBase64(words(member(root, 'sealed')));
  if (sealed === undefined) throw malformed('sealed is not base64');
  return {
    shape: decodeShape(member(agreed, 'shape')),
    disclosures: items(member(agreed, 'disclosures')).map((item) => {
      const to = words(member(item, 'to'));
      if (to !== 'analyst' && to !== 'everyone') throw malformed('an unknown recipient');
      return { to, what: words(member(item, 'what')) };
    }),
    tables: decodeTables(member(agreed, 'tables')),
    explain: words(member(agreed, 'explain')),
    explainOnly: flag(member(agreed, 'explainOnly')),
    security: decodeSecurity(member(agreed, 'security')),
    cost: decodeCost(member(agreed, 'cost')),
    programDigest: words(member(agreed, 'programDigest')),
    sealed,
    ...(member(root, 'attestation') === undefined
      ? {}
      : { attestation: decodeAttestation(member(root, 'attestation')) }),
    stats: decodeStats(member(root, 'stats')),
  };
}

function decodeAttestation(value: unknown): Attestation {
  const body = words(member(value, 'body'));
  const commitment = words(member(value, 'commitment'));
  const signature = words(member(value, 'signature'));
  const isSound = /^[0-9a-f]{64}$/.test(commitment) && /^[0-9a-f]{128}$/.test(signature);
  if (!isSound || body.length > BODY_MAX) throw malformed('not an attestation');
  return { body, commitment, time: count(member(value, 'time')), signature };
}

function decodeSecurity(value: unknown): Security {
  const known = SECURITY.find((kind) => kind === value);
  if (known === undefined) throw malformed('an unknown kind of security');
  return known;
}

function decodeTables(value: unknown): readonly TableRead[] {
  const tables = items(value);
  if (tables.length > TABLES_MAX) throw malformed('too many tables');
  return tables.map((item) => {
    const name = words(member(item, 'name'));
    const version = count(member(item, 'version'));
    const digest = words(member(item, 'digest'));
    const isSound = name.length <= NAME_MAX && version > 0 && /^[0-9a-f]{64}$/.test(digest);
    if (!isSound) throw malformed('not a version of a table');
    return { name, version, digest };
  });
}

function decodeCost(value: unknown): Cost {
  return {
    rounds: count(member(value, 'rounds')),
    bytesPerParty: items(member(value, 'bytesPerParty')).map(count),
    bytesToAnalyst: count(member(value, 'bytesToAnalyst')),
    andGates: count(member(value, 'andGates')),
    multiplications: count(member(value, 'multiplications')),
  };
}

function decodeStats(value: unknown): PartyStats {
  const times = member(value, 'seconds');
  return {
    seconds: {
      plan: seconds(member(times, 'plan')),
      execute: seconds(member(times, 'execute')),
      verify: seconds(member(times, 'verify')),
    },
    rounds: count(member(value, 'rounds')),
    bytesSent: count(member(value, 'bytesSent')),
    andGates: count(member(value, 'andGates')),
    multiplications: count(member(value, 'multiplications')),
    memoryPeakBytes: count(member(value, 'memoryPeakBytes')),
  };
}
