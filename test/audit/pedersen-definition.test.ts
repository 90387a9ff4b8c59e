import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDefinitionFile } from '../../cli/define/definition-file.ts';
import { describeDefinition } from '../../cli/sources/describe.ts';
import { definitionDigest } from '../../src/catalog/digest.ts';
import type { SharedDefinition } from '../../src/catalog/table.ts';
import { encodeDefinition } from '../../src/client/definition-codec.ts';
import { decodeDefinitions } from '../../src/client/publish/reply-codec.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { decodeTable, decodeUpload, encodeTable, encodeUpload } from '../../src/storage/records.ts';
import { folderWith } from '../sources/fixture.ts';

function read(column: string): SharedDefinition {
  const text = `table: t\nowners: [north]\ncolumns:\n  x: ${column}\n`;
  const { owners, table } = readDefinitionFile(join(folderWith({ 'd.yaml': text }), 'd.yaml'));
  return { owners, table };
}

const AUDITED = '{ type: "DECIMAL(9,2)", audit: true }';

describe('audit: true in a definition', () => {
  it('is a fact that owners sign', () => {
    const audited = read(AUDITED);
    expect(audited.table.columns[0]?.audit).toBe(true);
    expect(describeDefinition(audited.table)[0]).toContain('hidden totals committed to');
    const plain = read('{ type: "DECIMAL(9,2)" }');
    const explicit = read('{ type: "DECIMAL(9,2)", audit: false }');
    expect(explicit).toEqual(plain);
    const digest = (definition: SharedDefinition) => definitionDigest(nodeCrypto, definition);
    expect(digest(audited)).not.toBe(digest(plain));
  });

  it.each(['{ type: DATE, audit: true }', '{ type: VARCHAR(9), audit: true }'])(
    'is refused of %s, which has no totals',
    (column) => {
      expect(() => read(column)).toThrow(/line 4.*audit: only numbers, BOOLEAN/);
      const nullable = column.replace('audit', 'nullable: true, audit');
      expect(read(nullable).table.columns[0]?.audit).toBe(true);
    },
  );

  it('survives the way to a party and its store', () => {
    const definition = read(AUDITED);
    const digest = definitionDigest(nodeCrypto, definition);
    const sent = { definition: encodeDefinition(definition.table), owners: ['north'] };
    const reply = JSON.stringify({ definitions: [{ ...sent, digest, accepted: [] }] });
    expect(decodeDefinitions(reply)[0]?.definition).toEqual(definition);
    const record = { definition, digest, accepted: [], versions: [], pending: null, retired: [] };
    expect(decodeTable(encodeTable(record)).definition).toEqual(definition);
    const upload = {
      ...{ id: 'aa', table: 't', definition: digest, owner: 'north', rows: 1, held: 1 },
      ...{ committed: true, promised: 0, root: 'bb', extra: 'cc' },
      audit: { commitments: 'dd', signature: 'ee' },
    };
    expect(decodeUpload(encodeUpload(upload))).toEqual(upload);
    const { audit: _, ...plain } = upload;
    expect(decodeUpload(encodeUpload(plain))).toEqual(plain);
  });
});
