import { type Command, InvalidArgumentError, Option } from 'commander';
import { FORMATS } from '../output/writer.ts';
import type { QueryOptions } from '../query/query-command.ts';
import { collect, type Register } from './command.ts';

const TIMEOUT_SECONDS_MAX = 7 * 24 * 3600;

export const registerQuery: Register = (program, { conclude, output }) => {
  const query = program
    .command('query')
    .description('ask the parties of a consortium SQL')
    .addOption(new Option('-e, --execute <sql>', 'SQL statements to run').conflicts('sql'))
    .option('--sql <file>', 'file with SQL statements to run (default: stdin)')
    .addOption(new Option('--timeout <seconds>', 'give up after').argParser(parseTimeout))
    .option('--receipt <file>', 'write the receipt of the answer (one statement) to a new file')
    .option('--previous <file>', 'receipt that the new one follows; needs --receipt')
    .option('--progress', 'show on stderr how far it is', false);
  addShared(query).action((options: Omit<QueryOptions, 'explain'>) =>
    conclude(async () => {
      const { queryCommand } = await import('../query/query-command.ts');
      return queryCommand({ ...options, explain: false }, output);
    }),
  );
};

export const registerExplain: Register = (program, { conclude, output }) => {
  const explain = program
    .command('explain')
    .description('show plan, cost and disclosures of SQL without running it')
    .argument('[sql]', 'SQL statements (default: stdin)');
  addShared(explain).action(
    (sql: string | undefined, options: Omit<QueryOptions, 'explain' | 'progress'>) =>
      conclude(async () => {
        const { queryCommand } = await import('../query/query-command.ts');
        const text = sql === undefined ? {} : { execute: sql };
        return queryCommand({ ...options, ...text, explain: true, progress: false }, output);
      }),
  );
};

function addShared(command: Command): Command {
  return command
    .requiredOption('--as <dir>', 'directory of an analyst')
    .addOption(
      new Option('--param <value>', 'value of $1, $2 ... in order (repeatable)')
        .argParser(collect)
        .default([]),
    )
    .addOption(new Option('--format <format>', 'output').choices([...FORMATS]).default('table'))
    .option('--network <profile>', 'plan for lan, wan, or a file of `tacit doctor --save-network`');
}

function parseTimeout(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= TIMEOUT_SECONDS_MAX) return seconds;
  throw new InvalidArgumentError(`expected seconds up to ${TIMEOUT_SECONDS_MAX}`);
}
