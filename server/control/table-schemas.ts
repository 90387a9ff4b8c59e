import {
  COLUMNS_MAX,
  OWNERS_MAX,
  PART_ROWS_MAX,
  TABLE_PARTS_MAX,
} from '../../src/catalog/check-definition.ts';
import { COMMITMENT_BYTES } from '../../src/commit/pedersen.ts';
import { DEFINITION, NAME, OWNER } from './definition-schemas.ts';

// JSON schemas of the routes for definitions, uploads and versions.

const OWNERS = { type: 'array', minItems: 1, maxItems: OWNERS_MAX, items: OWNER } as const;
const DIGEST = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;
const SIGNATURE = { type: 'string', pattern: '^[0-9a-f]{128}$' } as const;
/** More parties than any suite has. */
const SIGNATURES = { type: 'array', maxItems: 16, items: SIGNATURE } as const;

export const DEFINE_BODY = {
  type: 'object',
  required: ['definition', 'owners'],
  additionalProperties: false,
  properties: { definition: DEFINITION, owners: OWNERS },
} as const;

export const ACCEPT_BODY = {
  type: 'object',
  required: ['table', 'digest', 'signature'],
  additionalProperties: false,
  properties: { table: NAME, digest: DIGEST, signature: SIGNATURE },
} as const;

export const DEFINITIONS_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: { table: NAME },
} as const;

export const DEFINITIONS_REPLY = {
  type: 'object',
  required: ['definitions'],
  properties: {
    definitions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['definition', 'owners', 'digest', 'accepted'],
        properties: {
          definition: DEFINITION,
          owners: OWNERS,
          digest: DIGEST,
          accepted: {
            type: 'array',
            items: {
              type: 'object',
              required: ['owner', 'signature'],
              properties: { owner: OWNER, signature: SIGNATURE },
            },
          },
        },
      },
    },
  },
} as const;

export const PART_ID = { type: 'string', pattern: '^[0-9a-f]{32}$' } as const;
export const PART_PARAMS = {
  type: 'object',
  required: ['id'],
  properties: { id: PART_ID },
} as const;

export const COMMIT_BODY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    audit: {
      type: 'object',
      required: ['commitments', 'signature'],
      additionalProperties: false,
      properties: {
        commitments: {
          type: 'string',
          pattern: '^[0-9a-f]*$',
          maxLength: 2 * COLUMNS_MAX * 2 * COMMITMENT_BYTES,
        },
        signature: SIGNATURE,
      },
    },
  },
} as const;

const ROWS = { type: 'integer', minimum: 0, maximum: PART_ROWS_MAX } as const;

export const BEGIN_BODY = {
  type: 'object',
  required: ['id', 'table', 'definition', 'owner', 'rows'],
  additionalProperties: false,
  properties: { id: PART_ID, table: NAME, definition: DIGEST, owner: OWNER, rows: ROWS },
} as const;

export const BEGIN_REPLY = {
  type: 'object',
  required: ['publicKey', 'signature', 'held'],
  properties: {
    publicKey: { type: 'string' },
    signature: SIGNATURE,
    held: { type: 'integer' },
  },
} as const;

export const BLOCKS_QUERY = {
  type: 'object',
  required: ['sequence'],
  additionalProperties: false,
  properties: { sequence: { type: 'string', pattern: '^[0-9]{1,9}$' } },
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
        required: [
          ...['id', 'table', 'definition', 'owner', 'rows'],
          ...['held', 'committed', 'promised', 'root', 'extra'],
        ],
        properties: {
          id: { type: 'string' },
          table: { type: 'string' },
          definition: { type: 'string' },
          owner: { type: 'string' },
          rows: { type: 'integer' },
          held: { type: 'integer' },
          committed: { type: 'boolean' },
          promised: { type: 'integer' },
          root: { type: ['string', 'null'] },
          extra: { type: ['string', 'null'] },
        },
      },
    },
  },
} as const;

const PROPOSAL = {
  type: 'object',
  required: ['table', 'definition', 'number', 'base', 'operation', 'owner', 'parts'],
  additionalProperties: false,
  properties: {
    table: NAME,
    definition: DIGEST,
    number: { type: 'integer', minimum: 1, maximum: 2 ** 31 },
    base: DIGEST,
    operation: { enum: ['append', 'replace', 'drop'] },
    owner: OWNER,
    parts: {
      type: 'array',
      maxItems: TABLE_PARTS_MAX,
      items: {
        type: 'object',
        required: ['id', 'owner', 'rows', 'root'],
        additionalProperties: false,
        properties: { id: PART_ID, owner: OWNER, rows: ROWS, root: DIGEST },
      },
    },
  },
} as const;

export const PROPOSE_BODY = {
  type: 'object',
  required: ['proposal', 'ownerSignature'],
  additionalProperties: false,
  properties: { proposal: PROPOSAL, ownerSignature: SIGNATURE },
} as const;

export const SIGN_BODY = {
  type: 'object',
  required: ['proposal', 'ownerSignature', 'ready', 'signatures'],
  additionalProperties: false,
  properties: { ...PROPOSE_BODY.properties, ready: SIGNATURES, signatures: SIGNATURES },
} as const;

export const CERTIFY_BODY = {
  type: 'object',
  required: ['proposal', 'ownerSignature', 'signatures'],
  additionalProperties: false,
  properties: { ...PROPOSE_BODY.properties, signatures: SIGNATURES },
} as const;

export const SIGNATURE_REPLY = {
  type: 'object',
  required: ['signature'],
  properties: { signature: SIGNATURE },
} as const;

export const STATE_REPLY = {
  type: 'object',
  properties: { head: CERTIFY_BODY, pending: SIGN_BODY },
} as const;
