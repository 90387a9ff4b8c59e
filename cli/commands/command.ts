import { type Command, Option } from 'commander';
import { SECURITY } from '../../src/program/program.ts';
import type { Output } from '../run/run-statements.ts';

/** What a command needs from the process it runs in. */
export interface Shell {
  readonly output: Output;
  /** Runs a command to its exit code; errors of ours are printed for people. */
  conclude(command: () => Promise<number>): Promise<void>;
}

/** Adds one command to the command line. */
export type Register = (program: Command, shell: Shell) => void;

/** What the parties of a consortium shall run. */
export function securityOption(): Option {
  const what = 'active: results are verified; passive: parties are trusted to follow the protocol';
  return new Option('--security <kind>', what).choices([...SECURITY]);
}

/** For an option that may be repeated. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
