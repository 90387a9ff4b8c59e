import type { DropOptions } from '../publish/drop-command.ts';
import { asker } from './asker.ts';
import type { Register } from './command.ts';

export const registerDrop: Register = (program, { conclude, output }) => {
  program
    .command('drop')
    .description("take all of an owner's rows out of a table")
    .argument('<table>', 'a table in which you have rows')
    .requiredOption('--as <dir>', 'directory of the owner')
    .option('--yes', 'do not ask', false)
    .action((table: string, options: DropOptions) =>
      conclude(async () => {
        const { dropCommand } = await import('../publish/drop-command.ts');
        return dropCommand(table, options, output, asker());
      }),
    );
};
