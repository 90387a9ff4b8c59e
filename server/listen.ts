import type { FastifyInstance } from 'fastify';
import { TacitError } from '../src/errors/tacit-error.ts';
import type { Listen } from './identity/party-directory.ts';

/**
 * Starts listening and returns the port, which differs from the wanted one if that was 0. CONFIG_INVALID if
 * the address cannot be had; `source` says where it is written.
 */
export async function listen(
  app: FastifyInstance,
  where: Listen,
  source = 'party.yaml',
): Promise<number> {
  try {
    await app.listen({ host: where.host, port: where.port });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (typeof code !== 'string') throw cause;
    const message = `${source}: cannot listen at ${where.host}:${where.port} (${code}); is it in use?`;
    throw new TacitError('CONFIG_INVALID', message, undefined, { cause });
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : where.port;
}
