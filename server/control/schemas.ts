/** JSON schemas of the control routes; limits are part of the contract. */

const NAME = { type: 'string', minLength: 1, maxLength: 64 } as const;
const DIGITS = { type: 'string', pattern: '^-?[0-9]{1,20}$' } as const;
const MULTIPLICITY = { type: 'integer', minimum: 1, maximum: 2 ** 40 } as const;

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
        precision: { type: 'integer', minimum: 1, maximum: 38 },
        scale: { type: 'integer', minimum: 0, maximum: 38 },
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
    name: { type: 'string', minLength: 1, maxLength: 255 },
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
      maxItems: 65536,
      items: { type: 'string', maxLength: 4096 },
    },
    multiplicity: MULTIPLICITY,
  },
} as const;

const KEY = {
  type: 'object',
  required: ['columns', 'multiplicity'],
  additionalProperties: false,
  properties: {
    columns: { type: 'array', minItems: 1, maxItems: 64, items: { type: 'string' } },
    multiplicity: MULTIPLICITY,
  },
} as const;

export const DEFINITION = {
  type: 'object',
  required: ['name', 'columns', 'keys'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 255 },
    columns: { type: 'array', minItems: 1, maxItems: 1024, items: COLUMN },
    keys: { type: 'array', maxItems: 64, items: KEY },
  },
} as const;

export const DEFINE_BODY = {
  type: 'object',
  required: ['definition', 'partCount'],
  additionalProperties: false,
  properties: {
    definition: DEFINITION,
    partCount: { type: 'integer', minimum: 1, maximum: 4096 },
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
  required: ['id', 'table', 'owner', 'rows'],
  additionalProperties: false,
  properties: {
    id: PART_ID,
    table: { type: 'string', minLength: 1, maxLength: 255 },
    owner: NAME,
    rows: { type: 'integer', minimum: 0, maximum: 2 ** 28 },
  },
} as const;

export const PARTS_QUERY = {
  type: 'object',
  required: ['table'],
  additionalProperties: false,
  properties: { table: { type: 'string', minLength: 1, maxLength: 255 } },
} as const;

export const PARTS_REPLY = {
  type: 'object',
  required: ['parts'],
  properties: {
    parts: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'table', 'owner', 'rows', 'committed'],
        properties: {
          id: { type: 'string' },
          table: { type: 'string' },
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
