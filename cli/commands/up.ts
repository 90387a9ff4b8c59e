import { InvalidArgumentError, Option } from 'commander';
import type { UpOptions } from '../query/up-command.ts';
import { type Register, securityOption } from './command.ts';

export const registerUp: Register = (program, { conclude, output }) => {
  program
    .command('up')
    .description('start a consortium on this machine that stays and answers SQL over HTTP')
    .argument('<config>', 'YAML file that names tables, their owners and files')
    .addOption(
      new Option('--port <port>', 'port on 127.0.0.1; 0 takes any')
        .argParser(parsePort)
        .default(7080),
    )
    .addOption(securityOption())
    .option('--verbose', "show the parties' logs on stderr", false)
    .action((config: string, options: UpOptions) =>
      conclude(async () => {
        const { upCommand } = await import('../query/up-command.ts');
        return upCommand(config, options, output);
      }),
    );
};

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('expected a whole number from 0 to 65535');
}
