import type { SharedDefinition } from '../../src/catalog/table.ts';
import type {
  Certificate,
  PendingVersion,
  Signature,
  SignedProposal,
} from '../../src/catalog/version.ts';
import { encodeDefinition } from '../../src/client/definition-codec.ts';
import type { PartyUploads, UploadOffer } from '../../src/client/publish/party-uploads.ts';
import {
  decodeDefinitions,
  decodeOffer,
  decodeSignature,
  decodeState,
  decodeUploads,
} from '../../src/client/publish/reply-codec.ts';
import type { PartAudit } from '../../src/commit/part-audit.ts';
import type {
  DefinedTable,
  PendingPart,
  TableState,
  Upload,
} from '../../src/storage/share-store.ts';
import { json, type PartyClient } from './party-client.ts';

/** One party's control server as an owner uses it; the routes are in server/README.md. */
export class OwnerClient implements PartyUploads {
  readonly #client: PartyClient;

  constructor(client: PartyClient) {
    this.#client = client;
  }

  async define({ owners, table }: SharedDefinition): Promise<void> {
    await this.#post('/v1/definitions', { definition: encodeDefinition(table), owners });
  }

  async accept(table: string, digest: string, signature: Signature): Promise<void> {
    await this.#post('/v1/acceptances', { table, digest, signature });
  }

  async definitions(table?: string): Promise<readonly DefinedTable[]> {
    const query = table === undefined ? '' : `?table=${encodeURIComponent(table)}`;
    return decodeDefinitions(await this.#get(`/v1/definitions${query}`));
  }

  async begin({ id, table, definition, owner, rows }: PendingPart): Promise<UploadOffer> {
    return decodeOffer(await this.#post('/v1/parts', { id, table, definition, owner, rows }));
  }

  async blocks(partId: string, sequence: number, sealed: Uint8Array): Promise<void> {
    const path = `/v1/parts/${partId}/blocks?sequence=${sequence}`;
    const type = 'application/octet-stream';
    await this.#client.exchange({ method: 'POST', path, body: sealed, type });
  }

  async commit(partId: string, audit?: PartAudit): Promise<void> {
    await this.#post(`/v1/parts/${partId}/commit`, audit ? { audit } : {});
  }

  async discard(partId: string): Promise<void> {
    await this.#client.exchange({ method: 'DELETE', path: `/v1/parts/${partId}` });
  }

  async uploads(table: string): Promise<readonly Upload[]> {
    return decodeUploads(await this.#get(`/v1/parts?table=${encodeURIComponent(table)}`));
  }

  async propose({ ownerSignature, proposal }: SignedProposal): Promise<Signature> {
    return decodeSignature(await this.#post('/v1/versions/propose', { proposal, ownerSignature }));
  }

  async sign({ ownerSignature, proposal, ready, signatures }: PendingVersion): Promise<Signature> {
    const body = { proposal, ownerSignature, ready, signatures };
    return decodeSignature(await this.#post('/v1/versions/sign', body));
  }

  async certify({ ownerSignature, proposal, signatures }: Certificate): Promise<void> {
    await this.#post('/v1/versions', { proposal, ownerSignature, signatures });
  }

  async state(table: string): Promise<TableState> {
    return decodeState(await this.#get(`/v1/versions?table=${encodeURIComponent(table)}`));
  }

  #get(path: string): Promise<string> {
    return this.#client.exchange({ method: 'GET', path });
  }

  #post(path: string, value: unknown): Promise<string> {
    return this.#client.exchange({ method: 'POST', path, ...json(value) });
  }
}
