import { SECURITY } from '../../src/program/program.ts';
import { DEFINITION } from './definition-schemas.ts';

// JSON schemas of the routes for queries, the catalog and health.

export const TABLES_REPLY = {
  type: 'object',
  required: ['tables'],
  properties: {
    tables: {
      type: 'array',
      items: {
        type: 'object',
        required: ['definition', 'parts', 'digest', 'number'],
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
                root: { type: 'string' },
              },
            },
          },
          digest: { type: 'string' },
          number: { type: 'integer' },
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
    security: { enum: SECURITY },
  },
} as const;
