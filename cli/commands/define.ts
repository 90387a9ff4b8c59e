import type { DefineOptions } from '../define/define-command.ts';
import { asker } from './asker.ts';
import type { Register } from './command.ts';

export const registerDefine: Register = (program, { conclude, output }) => {
  program
    .command('define')
    .description('sign the definition of a table; every owner does, with the same file')
    .argument('<file>', 'YAML: table, owners, columns')
    .requiredOption('--as <dir>', 'directory of an owner')
    .option('--yes', 'do not ask', false)
    .action((file: string, options: DefineOptions) =>
      conclude(async () => {
        const { defineCommand } = await import('../define/define-command.ts');
        return defineCommand(file, options, output, asker());
      }),
    );
};
