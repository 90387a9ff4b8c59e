import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { certificateBytes, fingerprint } from '../../server/identity/certificate.ts';
import { FILES } from '../../server/identity/party-directory.ts';
import type { Member } from '../consortium/member.ts';
import type { Check } from './check.ts';

/** The own directory: does the key fit the certificate, and can nobody else read it? */
export async function checkDirectory(dir: string, { identity, self }: Member): Promise<Check[]> {
  const role = self.kind === 'party' ? `party ${self.index + 1}` : self.roles.join(', ');
  const subject = `${self.name} (${role})`;
  const print = fingerprint(certificateBytes(identity.certificate));
  const path = join(dir, FILES.identity);
  const { mode } = await stat(path);
  const isPrivate = process.platform === 'win32' || (mode & 0o077) === 0;
  return [
    keyFits(identity)
      ? { check: 'key', ok: true, subject, detail: `fingerprint ${print}` }
      : {
          ...{ check: 'key', ok: false, subject, detail: `${path}: key and certificate differ` },
          fix: 'Restore identity.json from its backup, or make a new identity.',
        },
    isPrivate
      ? { check: 'key', ok: true, subject, detail: `only you can read ${path}` }
      : {
          ...{
            check: 'key',
            ok: false,
            subject,
            detail: `others on this machine can read ${path}`,
          },
          fix: `chmod 600 ${path}; if somebody may have read it, make a new identity.`,
        },
  ];
}

function keyFits({ certificate, privateKey }: Member['identity']): boolean {
  try {
    const own = createPublicKey(createPrivateKey(privateKey));
    return own.equals(new X509Certificate(certificate).publicKey);
  } catch {
    return false;
  }
}
