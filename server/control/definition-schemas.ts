import {
  COLUMNS_MAX,
  DICTIONARY_MAX,
  KEY_COLUMNS_MAX,
  KEYS_MAX,
  MULTIPLICITY_MAX,
  NAME_MAX,
  OWNER_NAME_MAX,
  PRECISION_MAX,
  TEXT_BYTES_MAX,
  WORD_MAX,
} from '../../src/catalog/check-definition.ts';

// JSON schemas of definitions in requests and answers; limits are part of the contract.

export const OWNER = { type: 'string', minLength: 1, maxLength: OWNER_NAME_MAX } as const;
export const NAME = { type: 'string', minLength: 1, maxLength: NAME_MAX } as const;
const DIGITS = { type: 'string', pattern: '^-?[0-9]{1,640}$' } as const;
const MULTIPLICITY = { type: 'integer', minimum: 1, maximum: MULTIPLICITY_MAX } as const;

const TYPE = {
  type: 'object',
  required: ['kind'],
  oneOf: [
    {
      type: 'object',
      properties: { kind: { enum: ['boolean', 'date', 'timestamp', 'varchar'] } },
      additionalProperties: false,
    },
    {
      type: 'object',
      required: ['name'],
      properties: {
        kind: { const: 'integer' },
        name: { enum: ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'] },
      },
      additionalProperties: false,
    },
    {
      type: 'object',
      required: ['precision', 'scale'],
      properties: {
        kind: { const: 'decimal' },
        precision: { type: 'integer', minimum: 1, maximum: PRECISION_MAX },
        scale: { type: 'integer', minimum: 0, maximum: PRECISION_MAX },
      },
      additionalProperties: false,
    },
  ],
} as const;

const COLUMN = {
  type: 'object',
  required: ['name', 'type', 'nullable', 'bounds'],
  additionalProperties: false,
  properties: {
    name: NAME,
    type: TYPE,
    nullable: { type: 'boolean' },
    bounds: {
      type: 'object',
      required: ['min', 'max'],
      additionalProperties: false,
      properties: { min: DIGITS, max: DIGITS },
    },
    dictionary: {
      type: 'array',
      maxItems: DICTIONARY_MAX,
      items: { type: 'string', maxLength: WORD_MAX },
    },
    bytes: { type: 'integer', minimum: 1, maximum: TEXT_BYTES_MAX },
    reveal: { enum: ['never', 'aggregate', 'rows'] },
    multiplicity: MULTIPLICITY,
    audit: { const: true },
  },
} as const;

const KEY = {
  type: 'object',
  required: ['columns', 'multiplicity'],
  additionalProperties: false,
  properties: {
    columns: { type: 'array', minItems: 1, maxItems: KEY_COLUMNS_MAX, items: NAME },
    multiplicity: MULTIPLICITY,
  },
} as const;

export const DEFINITION = {
  type: 'object',
  required: ['name', 'columns', 'keys'],
  additionalProperties: false,
  properties: {
    name: NAME,
    columns: { type: 'array', minItems: 1, maxItems: COLUMNS_MAX, items: COLUMN },
    keys: { type: 'array', maxItems: KEYS_MAX, items: KEY },
  },
} as const;
