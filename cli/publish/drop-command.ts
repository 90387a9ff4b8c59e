import { acceptedDefinition } from '../../src/client/publish/definitions.ts';
import { dropRows } from '../../src/client/publish/publisher.ts';
import { asMember } from '../consortium/member.ts';
import { asOwner } from '../define/owner.ts';
import { type Ask, isConfirmed } from '../output/confirm.ts';
import { printable } from '../output/lines.ts';
import type { Output } from '../run/run-statements.ts';
import { count } from '../sources/describe.ts';
import { ownRows } from './preview.ts';

export interface DropOptions {
  /** Directory of the owner. */
  readonly as: string;
  /** Nobody is asked. */
  readonly yes: boolean;
}

/** `tacit drop`: makes a version of the table without the owner's rows; other owners' rows and the definition stay. */
export async function dropCommand(
  table: string,
  options: DropOptions,
  output: Output,
  ask: Ask,
): Promise<number> {
  return asMember(options.as, async (member) => {
    const session = asOwner(member);
    const { definition } = await acceptedDefinition(session, table);
    const { name } = definition.table;
    const { rows, version: number } = await ownRows(session, name);
    const what = `${count(rows, 'row')} of ${session.name} in version ${number} of table ${name}`;
    output.stderr(`${printable(what)} will not be seen by queries any more.\n`);
    if (!(await isConfirmed('Drop these rows?', options.yes, ask))) {
      output.stderr('Nothing was dropped.\n');
      return 1;
    }
    const version = await dropRows(session, name);
    output.stdout(
      `${printable(name)}: version ${version.number} without rows of ${session.name}, ` +
        `digest ${version.digest.slice(0, 16)}\n`,
    );
    return 0;
  });
}
