import {
  COLUMNS_MAX,
  DICTIONARY_MAX,
  KEY_COLUMNS_MAX,
  KEYS_MAX,
  MULTIPLICITY_MAX,
  NAME_MAX,
  OWNER_NAME_MAX,
  PART_ROWS_MAX,
  PRECISION_MAX,
  SLOTS_MAX,
  WORD_MAX,
} from '../../src/catalog/check-definition.ts';

// JSON schemas of the control routes; limits are part of the contract.

const OWNER = { type: 'string', minLength: 1, maxLength: OWNER_NAME_MAX } as const;
const NAME = { type: 'string', minLength: 1, maxLength: NAME_MAX } as const;
const DIGITS = { type: 'string', pattern: '^-?[0-9]{1,20}$' } as const;
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
    multiplicity: MULTIPLICITY,
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

export const DEFINE_BODY = {
  type: 'object',
  required: ['definition', 'owners'],
  additionalProperties: false,
  properties: {
    definition: DEFINITION,
    owners: { type: 'array', minItems: 1, maxItems: SLOTS_MAX, items: OWNER },
  },
} as const;

export const PART_ID = { type: 'string', pattern: '^[0-9a-f]{32}$' } as const;
export const PART_PARAMS = {
  type: 'object',
  required: ['id'],
  properties: { id: PART_ID },
} as const;

export const BEGIN_BODY = {
  type: 'object',
  required: ['id', 'table', 'slot', 'owner', 'rows'],
  additionalProperties: false,
  properties: {
    id: PART_ID,
    table: NAME,
    slot: { type: 'integer', minimum: 0, maximum: SLOTS_MAX - 1 },
    owner: OWNER,
    rows: { type: 'integer', minimum: 0, maximum: PART_ROWS_MAX },
  },
} as const;

export const PARTS_QUERY = {
  type: 'object',
  required: ['table'],
  additionalProperties: false,
  properties: { table: NAME },
} as const;

export const PARTS_REPLY = {
  type: 'object',
  required: ['parts'],
  properties: {
    parts: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'table', 'slot', 'owner', 'rows', 'committed'],
        properties: {
          id: { type: 'string' },
          table: { type: 'string' },
          slot: { type: 'integer' },
          owner: { type: 'string' },
          rows: { type: 'integer' },
          committed: { type: 'boolean' },
        },
      },
    },
  },
} as const;

export const QUERY_BODY = {
  type: 'object',
  required: ['requestId', 'sql', 'analystKey'],
  additionalProperties: false,
  properties: {
    requestId: { type: 'string', pattern: '^[0-9a-f]{32}$' },
    sql: { type: 'string' },
    analystKey: { type: 'string', pattern: '^[A-Za-z0-9+/]{43}=$' },
  },
} as const;

export const TABLES_REPLY = {
  type: 'object',
  required: ['tables'],
  properties: {
    tables: {
      type: 'array',
      items: {
        type: 'object',
        required: ['definition', 'parts', 'digest'],
        properties: {
          definition: DEFINITION,
          parts: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                id: { type: 'string' },
                owner: { type: 'string' },
                rows: { type: 'integer' },
              },
            },
          },
          digest: { type: 'string' },
        },
      },
    },
  },
} as const;

export const HEALTH_REPLY = {
  type: 'object',
  required: ['party', 'version', 'security'],
  properties: {
    party: { type: 'integer' },
    version: { type: 'string' },
    security: { const: 'passive' },
  },
} as const;

export const COMMIT_REPLY = {
  type: 'object',
  required: ['visible'],
  properties: { visible: { type: 'boolean' } },
} as const;
