import { Option } from 'commander';
import type { InitOptions } from '../consortium/init.ts';
import { collect, type Register } from './command.ts';

export const registerInit: Register = (program, { conclude, output }) => {
  program
    .command('init')
    .description('make a key, a certificate and a public identity in a new directory')
    .argument('<dir>', 'directory to make; refused if it has an identity already')
    .requiredOption('--name <name>', 'how the others call you; part of file names')
    .addOption(
      new Option('--role <role>', 'party, or one or more of owner, analyst, admin (repeatable)')
        .argParser(collect)
        .default([])
        .makeOptionMandatory(),
    )
    .option('--control <url>', 'of a party: where owners and analysts reach it, https://host:port')
    .option('--exchange <url>', 'of a party: where the other parties reach it')
    .action((dir: string, options: InitOptions) =>
      conclude(async () => {
        const { initCommand } = await import('../consortium/init.ts');
        return initCommand(dir, options, output);
      }),
    );
};
