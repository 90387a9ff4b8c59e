import { Option } from 'commander';
import { FORMATS } from '../output/writer.ts';
import type { RunOptions } from '../run/run-command.ts';
import { type Register, securityOption } from './command.ts';

export const registerRun: Register = (program, { conclude, output }) => {
  program
    .command('run')
    .description('start a temporary consortium on this machine, publish files, run SQL, stop')
    .argument('<config>', 'YAML file that names tables, their owners and files')
    .addOption(new Option('-e, --execute <sql>', 'SQL statements to run').conflicts('sql'))
    .option('--sql <file>', 'file with SQL statements to run (default: stdin)')
    .addOption(new Option('--format <format>', 'output').choices([...FORMATS]).default('table'))
    .option('--explain', 'show plans, costs and disclosures instead of running', false)
    .option('--receipt <dir>', 'write the receipts of the answers to a folder of their own')
    .option('--save-consortium <file>', 'write the consortium, for `tacit verify --consortium`')
    .addOption(securityOption())
    .option('--verbose', "show the parties' logs on stderr", false)
    .action((config: string, options: RunOptions) =>
      conclude(async () => {
        const { runCommand } = await import('../run/run-command.ts');
        return runCommand(config, options, output);
      }),
    );
};
