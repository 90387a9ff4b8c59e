import type { FastifyInstance } from 'fastify';
import type { Listen } from './identity/party-directory.ts';

/** Starts listening and returns the port, which differs from the wanted one if that was 0. */
export async function listen(app: FastifyInstance, where: Listen): Promise<number> {
  await app.listen({ host: where.host, port: where.port });
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : where.port;
}
