import { certificateKey, type Identity } from '../../server/identity/certificate.ts';
import type { Consortium, Role } from '../../server/identity/consortium.ts';
import { createIdentity } from '../../server/identity/create-identity.ts';

/** A consortium of three parties, one owner, one analyst and one administrator, with their keys. */
export interface Fixture {
  readonly consortium: Consortium;
  readonly parties: readonly Identity[];
  readonly members: Readonly<Record<'owner' | 'analyst' | 'admin', Identity>>;
}

export async function makeFixture(tls = true): Promise<Fixture> {
  const parties = await Promise.all([1, 2, 3].map((n) => createIdentity(`party ${n}`)));
  const [owner, analyst, admin] = await Promise.all(
    ['owner', 'analyst', 'admin'].map(createIdentity),
  );
  if (!owner || !analyst || !admin) throw new TypeError('three identities');
  const members = { owner, analyst, admin };
  const scheme = tls ? 'https' : 'http';
  return {
    parties,
    members,
    consortium: {
      format: 1,
      threshold: 1,
      security: 'active',
      tls,
      parties: parties.map(({ name, certificate }, index) => ({
        name,
        index,
        control: `${scheme}://127.0.0.1:${7100 + index}`,
        exchange: `${scheme}://127.0.0.1:${7200 + index}`,
        certificate,
        identityKey: certificateKey(certificate)?.toString('base64') ?? '',
      })),
      members: Object.entries(members).map(([role, { name, certificate }]) => ({
        name,
        roles: [role as Role],
        certificate,
      })),
    },
  };
}
