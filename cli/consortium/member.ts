import {
  type MemberDirectory,
  readMemberDirectory,
} from '../../server/identity/member-directory.ts';
import { invariant } from '../../src/errors/tacit-error.ts';
import { PartyClient } from '../connect/party-client.ts';

/** Connections to the three parties, in their order. */
export type MemberConnections = readonly [PartyClient, PartyClient, PartyClient];

/** Somebody of a consortium at work: the own directory, and connections under the own key. */
export interface Member extends MemberDirectory {
  readonly connections: MemberConnections;
  /** Closes the idle connections. */
  close(): void;
}

/** Opens the directory that `--as` names; no party is contacted yet. CONFIG_INVALID names what is wrong in it. */
export async function openMember(dir: string): Promise<Member> {
  const directory = await readMemberDirectory(dir);
  const { consortium, identity } = directory;
  const [a, b, c] = consortium.parties.map((party) => new PartyClient(party, identity));
  invariant(
    a !== undefined && b !== undefined && c !== undefined,
    'a consortium has three parties',
  );
  const connections = [a, b, c] as const;
  const close = () => {
    for (const connection of connections) connection.close();
  };
  return { ...directory, connections, close };
}

/** Opens a directory for one piece of work, and closes its connections afterwards. */
export async function asMember<T>(dir: string, work: (member: Member) => Promise<T>): Promise<T> {
  const member = await openMember(dir);
  try {
    return await work(member);
  } finally {
    member.close();
  }
}
