import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { certificateBytes, type Identity } from './certificate.ts';
import { type Consortium, Pins, type Principal, parseConsortium } from './consortium.ts';
import { FILES, parseIdentity } from './party-directory.ts';

/** Somebody's directory: the own key, and everybody's certificates. */
export interface MemberDirectory {
  readonly identity: Identity;
  readonly consortium: Consortium;
  /** Who one is in the consortium. */
  readonly self: Principal;
}

/** Reads `identity.json` and `consortium.json` of a directory; CONFIG_INVALID names file and field. */
export async function readMemberDirectory(dir: string): Promise<MemberDirectory> {
  const read = async (name: string) => {
    try {
      return await readFile(join(dir, name), 'utf8');
    } catch (cause) {
      const made = name === FILES.identity ? 'init' : 'join';
      const message = `${dir}: ${name} cannot be read; \`tacit ${made}\` makes it`;
      throw new TacitError('CONFIG_INVALID', message, undefined, { cause });
    }
  };
  const identity = parseIdentity(await read(FILES.identity));
  const consortium = parseConsortium(await read(FILES.consortium));
  const self = new Pins(consortium).find(certificateBytes(identity.certificate));
  if (self === undefined) {
    const message = `${dir}: ${FILES.consortium} does not list the certificate of ${FILES.identity}`;
    throw new TacitError('CONFIG_INVALID', message);
  }
  return { identity, consortium, self };
}
