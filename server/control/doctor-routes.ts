import type { FastifyInstance } from 'fastify';
import { hex } from '../../src/crypto/hex.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { SENDER_HEADER } from '../../src/transport/outgoing-stream.ts';
import { type Link, measureLink } from '../exchange/measure-link.ts';
import { probeRoute } from '../exchange/probe-route.ts';
import { certificateBytes, fingerprint } from '../identity/certificate.ts';
import { addressOf } from '../identity/consortium.ts';
import { consortiumDigest } from '../identity/consortium-digest.ts';
import type { PartyDirectory } from '../identity/party-directory.ts';
import { clientTls } from '../identity/tls.ts';
import { freeBytes } from './disk-space.ts';
import type { Authenticate } from './principal.ts';

export interface DoctorDeps {
  readonly directory: PartyDirectory;
  readonly version: string;
  readonly authenticate: Authenticate;
  /** Where the exchange servers of all parties are now, in party order. */
  readonly exchange: () => readonly string[];
}

/** What a party says of itself (`GET /v1/doctor`). */
export interface PartyVitals {
  readonly party: number;
  readonly name: string;
  readonly version: string;
  readonly node: string;
  /** Milliseconds since 1970 by the party's clock. */
  readonly clock: number;
  /** Digest of its consortium.json in hex. */
  readonly consortium: string;
  /** Of its own certificate. */
  readonly fingerprint: string;
  readonly freeBytes: number;
  readonly freeBytesMin: number;
}

/** One peer as a party measured it over the exchange listener (`POST /v1/doctor/peers`). */
export type PeerLink =
  | ({ readonly party: number } & Link)
  | { readonly party: number; readonly error: { readonly code: string; readonly message: string } };

const VITALS = {
  type: 'object',
  properties: {
    party: { type: 'integer' },
    name: { type: 'string' },
    version: { type: 'string' },
    node: { type: 'string' },
    clock: { type: 'number' },
    consortium: { type: 'string' },
    fingerprint: { type: 'string' },
    freeBytes: { type: 'number' },
    freeBytesMin: { type: 'number' },
  },
} as const;

/** What `tacit doctor` asks of a party, for everybody of the consortium. */
export function doctorRoutes(app: FastifyInstance, deps: DoctorDeps): void {
  const { authenticate, directory, version } = deps;
  const { consortium, data, identity, self, settings } = directory;
  const onRequest = async (request: Parameters<Authenticate>[0]) => void authenticate(request);
  const digest = hex(consortiumDigest(consortium));
  const own = fingerprint(certificateBytes(identity.certificate));
  probeRoute(app, authenticate);

  app.get(
    '/v1/doctor',
    { onRequest, schema: { response: { 200: VITALS } } },
    async (): Promise<PartyVitals> => {
      return {
        ...{ party: self, name: identity.name, version, node: process.version },
        ...{ clock: Date.now(), consortium: digest, fingerprint: own },
        ...{ freeBytes: await freeBytes(data), freeBytesMin: settings.storage.freeBytesMin },
      };
    },
  );

  let isMeasuring = false;
  app.post('/v1/doctor/peers', { onRequest }, async (): Promise<{ peers: PeerLink[] }> => {
    // One at a time: measurements disturb each other, and nobody shall flood the peers through us.
    if (isMeasuring) throw new TacitError('PARTY_BUSY', 'measures its peers already; try again');
    isMeasuring = true;
    try {
      const peers: PeerLink[] = [];
      for (const { index } of consortium.parties) {
        if (index !== self) peers.push(await measurePeer(directory, index, deps.exchange()[index]));
      }
      return { peers };
    } finally {
      isMeasuring = false;
    }
  });
}

async function measurePeer(
  { consortium, identity, self }: PartyDirectory,
  party: number,
  exchange: string | undefined,
): Promise<PeerLink> {
  const peer = consortium.parties[party];
  if (peer === undefined || exchange === undefined)
    throw new TypeError('a party of the consortium');
  const tls = consortium.tls ? clientTls(identity, peer.certificate) : undefined;
  try {
    const headers = consortium.tls ? {} : { [SENDER_HEADER]: `${self}` };
    return { party, ...(await measureLink({ ...addressOf(exchange), tls }, headers)) };
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    return { party, error: { code: error.code, message: error.message } };
  }
}
