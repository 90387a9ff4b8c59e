import type { PartyVitals, PeerLink } from '../../server/control/doctor-routes.ts';
import {
  count,
  items,
  malformed,
  member,
  seconds,
  words,
} from '../../src/client/query/untrusted.ts';

/** Reads `GET /v1/doctor`; PEER_PROTOCOL if it does not have the agreed form. */
export function decodeVitals(text: string): PartyVitals {
  const root = parseJson(text);
  const number = (key: string) => seconds(member(root, key));
  const word = (key: string) => words(member(root, key));
  return {
    ...{ party: count(member(root, 'party')), name: word('name') },
    ...{ version: word('version'), node: word('node'), clock: number('clock') },
    ...{ consortium: word('consortium'), fingerprint: word('fingerprint') },
    ...{ freeBytes: number('freeBytes'), freeBytesMin: number('freeBytesMin') },
  };
}

/** Reads `POST /v1/doctor/peers`; PEER_PROTOCOL if it does not have the agreed form. */
export function decodePeers(text: string): readonly PeerLink[] {
  return items(member(parseJson(text), 'peers')).map((peer): PeerLink => {
    const party = count(member(peer, 'party'));
    const error = member(peer, 'error');
    if (error !== undefined) {
      return {
        party,
        error: { code: words(member(error, 'code')), message: words(member(error, 'message')) },
      };
    }
    const roundTripSeconds = seconds(member(peer, 'roundTripSeconds'));
    return { party, roundTripSeconds, bytesPerSecond: seconds(member(peer, 'bytesPerSecond')) };
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('not JSON');
  }
}
