import { freeBuffersInPlace } from '../../server/heap-flags.ts';
import type { Register } from './command.ts';

export const registerParty: Register = (program) => {
  program
    .command('party')
    .description('run one party of a consortium')
    .requiredOption('--dir <dir>', 'directory with party.yaml, identity.json and consortium.json')
    .action(async ({ dir }: { dir: string }) => {
      freeBuffersInPlace();
      const { serveParty } = await import('../../server/serve-party.ts');
      return serveParty(dir);
    });
};
