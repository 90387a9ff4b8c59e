import { Option } from 'commander';
import type { JoinOptions } from '../consortium/join.ts';
import { asker } from './asker.ts';
import { collect, type Register, securityOption } from './command.ts';

export const registerJoin: Register = (program, { conclude, output }) => {
  program
    .command('join')
    .description('merge public identities into the directory, after comparing fingerprints')
    .argument('<dir>', 'directory that `tacit init` made')
    .argument('<files...>', 'public identities, NAME.tacit.json')
    .addOption(
      new Option('--expect <fingerprint>', 'fingerprint, or digest of the consortium (repeatable)')
        .argParser(collect)
        .default([]),
    )
    .addOption(securityOption())
    .option('--yes', 'do not ask', false)
    .action((dir: string, files: string[], options: JoinOptions) =>
      conclude(async () => {
        const { joinCommand } = await import('../consortium/join.ts');
        return joinCommand(dir, files, options, output, asker());
      }),
    );
};
