import { freeBuffersInPlace } from '../../server/heap-flags.ts';
import { serveParty } from '../../server/serve-party.ts';
import type { Register } from './command.ts';

export const registerParty: Register = (program) => {
  program
    .command('party')
    .description('run one party of a consortium')
    .requiredOption('--dir <dir>', 'directory with party.yaml, identity.json and consortium.json')
    .action(({ dir }: { dir: string }) => {
      freeBuffersInPlace();
      return serveParty(dir);
    });
};
