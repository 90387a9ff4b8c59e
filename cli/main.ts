import { Command, Option } from 'commander';
import { freeBuffersInPlace } from '../server/heap-flags.ts';
import { serveParty } from '../server/serve-party.ts';
import { VERSION } from '../server/version.ts';
import { TacitError } from '../src/errors/tacit-error.ts';
import { describeError } from './output/lines.ts';
import { FORMATS } from './output/writer.ts';
import { type RunOptions, runCommand } from './run/run-command.ts';
import type { Output } from './run/run-statements.ts';

const output: Output = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
};

// A reader like `head` that has seen enough is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  void finish(0);
});

const program = new Command('tacit')
  .description('SQL over data nobody may see: secret-shared tables, multi-party computation.')
  .version(VERSION);

program
  .command('run')
  .description('start a temporary consortium on this machine, publish files, run SQL, stop')
  .argument('<config>', 'YAML file that names tables, their owners and files')
  .addOption(new Option('-e, --execute <sql>', 'SQL statements to run').conflicts('sql'))
  .option('--sql <file>', 'file with SQL statements to run (default: stdin)')
  .addOption(new Option('--format <format>', 'output').choices([...FORMATS]).default('table'))
  .option('--explain', 'show plans, costs and disclosures instead of running', false)
  .option('--verbose', "show the parties' logs on stderr", false)
  .action((config: string, options: RunOptions) =>
    conclude(() => runCommand(config, options, output)),
  );

program
  .command('party')
  .description('run one party of a consortium')
  .requiredOption('--dir <dir>', 'directory with party.yaml, identity.json and consortium.json')
  .action(({ dir }: { dir: string }) => {
    freeBuffersInPlace();
    return serveParty(dir);
  });

program
  .command('demo')
  .description('two publishers, an advertiser, three parties, four questions')
  .action(() =>
    conclude(async () => {
      const { runDemo } = await import('../demo/demo.ts');
      return runDemo(output);
    }),
  );

/** Runs a command to its exit code; errors of ours are printed for people. */
async function conclude(command: () => Promise<number>): Promise<void> {
  try {
    await finish(await command());
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    output.stderr(describeError(error));
    await finish(1);
  }
}

/** Exits when everything written has left: an exit alone would cut off pipes. */
async function finish(code: number): Promise<void> {
  process.exitCode = code;
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  }
  process.exit(code);
}

await program.parseAsync();
