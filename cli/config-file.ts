import { readFileSync, statSync } from 'node:fs';
import { TacitError } from '../src/errors/tacit-error.ts';
import { type ConfigField, parseConfig } from './config-field.ts';

const CONFIG_BYTES_MAX = 1024 * 1024;

/** Reads a YAML file that people write; CONFIG_INVALID if there is none, or it is neither YAML nor JSON. */
export function readConfigFile(path: string): ConfigField {
  const invalid = (problem: string) => new TacitError('CONFIG_INVALID', `${path}: ${problem}`);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw invalid('no such file');
  if (!stats.isFile()) throw invalid('not a file');
  if (stats.size > CONFIG_BYTES_MAX) throw invalid('longer than 1 MiB, which no configuration is');
  return parseConfig(readFileSync(path, 'utf8'), path);
}
