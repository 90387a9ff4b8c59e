import { Option } from 'commander';
import type { PublishOptions } from '../publish/publish-command.ts';
import { asker } from './asker.ts';
import type { Register } from './command.ts';

export const registerPublish: Register = (program, { conclude, output }) => {
  program
    .command('publish')
    .description("publish an owner's rows as shares; started again after a crash, it goes on")
    .argument('<table>', 'a table whose definition all owners have signed')
    .argument('<sources...>', 'files (.csv .tsv .parquet .json .ndjson), or one postgres:// URL')
    .requiredOption('--as <dir>', 'directory of the owner')
    .addOption(
      new Option(
        '--query <sql>',
        "a SELECT that the owner's own engine runs over the sources first",
      ),
    )
    .option('--replace', 'instead of all rows that you have in the table', false)
    .option('--yes', 'do not ask', false)
    .action((table: string, sources: string[], options: PublishOptions) =>
      conclude(async () => {
        const { publishCommand } = await import('../publish/publish-command.ts');
        return publishCommand(table, sources, options, output, asker());
      }),
    );
};
