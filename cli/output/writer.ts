import { csvWriter } from './csv.ts';
import { jsonWriter } from './json.ts';
import type { ResultWriter } from './result-writer.ts';
import { tableWriter } from './table.ts';

export const FORMATS = ['table', 'json', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** A fresh writer; it knows what it has printed, to separate several results. */
export function createWriter(format: Format): ResultWriter {
  switch (format) {
    case 'table':
      return tableWriter();
    case 'json':
      return jsonWriter();
    case 'csv':
      return csvWriter();
  }
}
