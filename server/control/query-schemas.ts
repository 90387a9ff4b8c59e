import { NAME_MAX } from '../../src/catalog/check-definition.ts';
import { MAX_PARAMETERS } from '../../src/parser/limits.ts';

// JSON schemas of the routes of queries; limits are part of the contract.

const REQUEST_ID = { type: 'string', pattern: '^[0-9a-f]{32}$' } as const;

/** A parameter's value; which texts are values of its type is the binder's business. */
const PARAMETER = {
  oneOf: [
    { type: 'null' },
    { type: 'boolean' },
    { type: 'string', maxLength: 65_536 },
    {
      type: 'object',
      required: ['number'],
      additionalProperties: false,
      properties: {
        number: { type: 'string', pattern: '^[-+]?[0-9.]{1,80}([eE][-+]?[0-9]{1,4})?$' },
      },
    },
  ],
} as const;

/** Links that exist: a nanosecond to a minute, a byte to a terabyte a second. */
const NETWORK = {
  type: 'object',
  required: ['name', 'roundTripSeconds', 'bytesPerSecond'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, maxLength: NAME_MAX },
    roundTripSeconds: { type: 'number', minimum: 1e-9, maximum: 60 },
    bytesPerSecond: { type: 'number', minimum: 1, maximum: 1e12 },
  },
} as const;

/** A week; the party's own limit is usually shorter. */
const TIMEOUT_SECONDS_MAX = 7 * 24 * 3600;

export const QUERY_BODY = {
  type: 'object',
  required: ['requestId', 'sql', 'analystKey'],
  additionalProperties: false,
  properties: {
    requestId: REQUEST_ID,
    sql: { type: 'string' },
    analystKey: { type: 'string', pattern: '^[A-Za-z0-9+/]{43}=$' },
    parameters: { type: 'array', maxItems: MAX_PARAMETERS, items: PARAMETER },
    network: NETWORK,
    previous: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    timeoutSeconds: { type: 'number', exclusiveMinimum: 0, maximum: TIMEOUT_SECONDS_MAX },
  },
} as const;

export const SUBMIT_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: { wait: { const: '1' } },
} as const;

export const QUERY_PARAMS = {
  type: 'object',
  required: ['id'],
  properties: { id: REQUEST_ID },
} as const;

export const QUERY_STATE_REPLY = {
  type: 'object',
  required: ['requestId', 'state'],
  properties: {
    requestId: { type: 'string' },
    state: { enum: ['queued', 'running', 'done', 'failed', 'cancelled'] },
    place: { type: 'integer' },
    rounds: {
      type: 'object',
      required: ['done', 'total'],
      properties: { done: { type: 'integer' }, total: { type: 'integer' } },
    },
    error: {
      type: 'object',
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        line: { type: 'integer' },
        column: { type: 'integer' },
      },
    },
  },
} as const;
