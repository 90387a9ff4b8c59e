import type { Consortium } from '../../server/identity/consortium.ts';
import { definitionDigest } from '../../src/catalog/digest.ts';
import type { SharedDefinition } from '../../src/catalog/table.ts';
import {
  acceptDefinition,
  findDefinition,
  proposeDefinition,
} from '../../src/client/publish/definitions.ts';
import type { OwnerSession } from '../../src/client/publish/owner-session.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { DefinedTable } from '../../src/storage/share-store.ts';
import { spoken } from '../consortium/fingerprints.ts';
import { asMember } from '../consortium/member.ts';
import { type Ask, isConfirmed } from '../output/confirm.ts';
import { printable } from '../output/lines.ts';
import type { Output } from '../run/run-statements.ts';
import { describeDefinition } from '../sources/describe.ts';
import { type DefinitionFile, readDefinitionFile } from './definition-file.ts';
import { asOwner } from './owner.ts';

export interface DefineOptions {
  /** Directory of an owner. */
  readonly as: string;
  /** Nobody is asked. */
  readonly yes: boolean;
}

/**
 * `tacit define`: shows what a definition makes public, and once somebody has confirmed it, proposes it to the parties and
 * signs it for this owner. Repeating it changes nothing. CONFIG_INVALID names file, line and field; UPLOAD_CONFLICT if
 * the parties hold another definition of the table.
 */
export async function defineCommand(
  path: string,
  options: DefineOptions,
  output: Output,
  ask: Ask,
): Promise<number> {
  const file = readDefinitionFile(path);
  return asMember(options.as, async (member) => {
    const session = asOwner(member);
    requireOwners(file, member.consortium, session.name);
    const digest = definitionDigest(session.crypto, file);
    const found = await findDefinition(session, file.table.name);
    if (found && found.digest !== digest) throw differs(session, file, found);
    output.stdout(describe(file, digest));
    if (found?.accepted.some(({ owner }) => owner === session.name)) {
      output.stderr('You have signed this definition already.\n');
    } else {
      if (!(await isConfirmed(question(file), options.yes, ask))) {
        output.stderr('Nothing was signed.\n');
        return 1;
      }
      const { owners, table } = file;
      await proposeDefinition(session, { owners, table });
      await acceptDefinition(session, { owners, table });
    }
    output.stderr(describeState(file, await findDefinition(session, file.table.name)));
    return 0;
  });
}

/** Everybody who is named must be an owner of the consortium, and the one who signs must be named. */
function requireOwners(file: DefinitionFile, { members }: Consortium, self: string): void {
  file.owners.forEach((owner, k) => {
    if (members.some(({ name, roles }) => name === owner && roles.includes('owner'))) return;
    const known = members.filter(({ roles }) => roles.includes('owner')).map(({ name }) => name);
    throw new TacitError(
      'CONFIG_INVALID',
      `${file.where.owners[k]}: consortium.json has no owner of this name; it has ${known.join(', ')}`,
    );
  });
  if (file.owners.includes(self)) return;
  const message = `${file.where.table}: you (${self}) are not one of the owners`;
  throw new TacitError('CONFIG_INVALID', message);
}

function question({ owners }: SharedDefinition): string {
  return owners.length === 1
    ? 'Do you sign this definition?'
    : 'Do the other owners read the same digest to you, and do you sign the definition?';
}

/** What becomes public, and the digest to read to the other owners. */
function describe({ owners, table }: SharedDefinition, digest: string): string {
  const lines = [
    `table ${table.name}, rows from ${owners.join(', ')}`,
    'becomes public when you sign, besides the number of rows of each owner:',
    ...describeDefinition(table).map((fact) => `  ${fact}`),
  ].map(printable);
  return `${lines.join('\n')}\ndigest\n    ${spoken(digest)}\n`;
}

function describeState({ owners, table }: SharedDefinition, found: DefinedTable | undefined) {
  const signed = found?.accepted.map(({ owner }) => owner) ?? [];
  const missing = owners.filter((owner) => !signed.includes(owner));
  if (missing.length === 0) {
    return `All owners have signed: rows can be published (tacit publish ${table.name} FILE --as DIR).\n`;
  }
  return `Signed by ${signed.join(', ')}; still to sign with the same file: ${missing.join(', ')}.\n`;
}

/** What the parties hold instead, by the lines that are different. */
function differs(session: OwnerSession, file: DefinitionFile, found: DefinedTable): TacitError {
  const lines = ({ owners, table }: SharedDefinition) => [
    `name ${table.name}`,
    `owners ${[...owners].sort().join(', ')}`,
    ...describeDefinition(table),
  ];
  const [own, theirs] = [lines(file), lines(found.definition)];
  const only = (a: readonly string[], b: readonly string[]) => a.filter((l) => !b.includes(l));
  const changes = [
    ...only(theirs, own).map((line) => `there: ${line}`),
    ...only(own, theirs).map((line) => `here: ${line}`),
  ];
  const what = changes.length === 0 ? 'the order of columns, or of keys' : changes.join('; ');
  const signed = found.accepted.map(({ owner }) => owner).join(', ') || 'nobody';
  return new TacitError(
    'UPLOAD_CONFLICT',
    `${file.path}: the parties hold another definition of table ${file.table.name}, signed by ${signed} ` +
      `(digest ${found.digest.slice(0, 16)}; yours, ${session.name}: ` +
      `${definitionDigest(session.crypto, file).slice(0, 16)}): ${what}`,
  );
}
