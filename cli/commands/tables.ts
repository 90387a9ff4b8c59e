import type { TablesOptions } from '../tables/tables-command.ts';
import type { Register } from './command.ts';

export const registerTables: Register = (program, { conclude, output }) => {
  program
    .command('tables')
    .description('list the tables of a consortium, and where the parties differ')
    .requiredOption('--as <dir>', 'directory of an owner, analyst or admin')
    .option('--json', 'print JSON', false)
    .action((options: TablesOptions) =>
      conclude(async () => {
        const { tablesCommand } = await import('../tables/tables-command.ts');
        return tablesCommand(options, output);
      }),
    );
};
