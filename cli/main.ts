import { Command } from 'commander';
import { VERSION } from '../server/version.ts';
import { TacitError } from '../src/errors/tacit-error.ts';
import type { Register, Shell } from './commands/command.ts';
import { registerDefine } from './commands/define.ts';
import { registerDemo } from './commands/demo.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerDrop } from './commands/drop.ts';
import { registerInit } from './commands/init.ts';
import { registerJoin } from './commands/join.ts';
import { registerParty } from './commands/party.ts';
import { registerPublish } from './commands/publish.ts';
import { registerExplain, registerQuery } from './commands/query.ts';
import { registerRun } from './commands/run.ts';
import { registerTables } from './commands/tables.ts';
import { registerUp } from './commands/up.ts';
import { registerVerify } from './commands/verify.ts';
import { describeError } from './output/lines.ts';
import type { Output } from './run/run-statements.ts';

/** In the order of the help text. */
const COMMANDS: readonly Register[] = [
  registerRun,
  registerDemo,
  registerUp,
  registerInit,
  registerJoin,
  registerParty,
  registerDefine,
  registerPublish,
  registerDrop,
  registerTables,
  registerDoctor,
  registerQuery,
  registerExplain,
  registerVerify,
];

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
const shell: Shell = { output, conclude };
for (const register of COMMANDS) register(program, shell);

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
