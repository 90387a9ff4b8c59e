import type { SourceConfig } from '../config.ts';
import { openCsv } from './csv.ts';
import type { Duck } from './duckdb.ts';
import { formatOf, type Sample, type SourceFile } from './file.ts';
import { openJson } from './json.ts';
import { openParquet } from './parquet.ts';

/** Finds the columns of a file; `sample` is for CSV. SOURCE_INVALID if its name announces no known format, or it has another one. */
export async function openFile(
  duck: Duck,
  config: SourceConfig,
  sample: Sample,
): Promise<SourceFile> {
  switch (formatOf(config.source)) {
    case 'csv':
      return openCsv(duck, config, sample);
    case 'tsv':
      return openCsv(duck, config, sample, '\t');
    case 'json':
      return openJson(duck, config, false);
    case 'ndjson':
      return openJson(duck, config, true);
    case 'parquet':
      return openParquet(duck, config);
  }
}
