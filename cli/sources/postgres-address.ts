import { readFileSync } from 'node:fs';
import { isLoopback } from '../../server/identity/consortium.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';

/** Where a Postgres server is and how to reach it. The password is not part of it. */
export interface PostgresAddress {
  /** What messages show: no user, no password. */
  readonly label: string;
  /** Undefined: what PGHOST says, or this machine. */
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly database?: string;
  readonly ssl: false | { readonly rejectUnauthorized: true; readonly ca?: string };
}

export function isPostgresUrl(source: string): boolean {
  return /^postgres(ql)?:/i.test(source);
}

/**
 * Reads `postgres://user@host:port/database?sslmode=...`. CONFIG_INVALID if it holds a password, which others on the
 * machine could see. Rows leave a server on another machine by verified TLS only, unless sslmode=disable says otherwise.
 */
export function parsePostgresUrl(text: string): PostgresAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw invalid('is not a URL like postgres://user@host:5432/database');
  const parameters = new Map(url.searchParams);
  for (const name of parameters.keys()) {
    if (['host', 'sslmode', 'sslrootcert'].includes(name)) continue;
    throw invalid(
      name === 'password' ? withoutPassword : `may have host, sslmode and sslrootcert behind its ?`,
    );
  }
  if (url.password !== '') throw invalid(withoutPassword);
  const host = parameters.get('host') ?? decodeURIComponent(url.hostname).replace(/^\[|\]$/g, '');
  const database = decodeURIComponent(url.pathname.slice(1));
  const user = decodeURIComponent(url.username);
  return {
    label: `postgres://${host}${url.port ? `:${url.port}` : ''}/${database}`,
    ...(host ? { host } : {}),
    ...(url.port ? { port: Number(url.port) } : {}),
    ...(user ? { user } : {}),
    ...(database ? { database } : {}),
    ssl: sslOf(host, parameters.get('sslmode'), parameters.get('sslrootcert')),
  };
}

const withoutPassword =
  'holds a password, which others on this machine could see; use PGPASSWORD or ~/.pgpass';

function sslOf(
  host: string,
  mode: string | undefined,
  authority: string | undefined,
): PostgresAddress['ssl'] {
  const isNear = host === '' || host === 'localhost' || host.startsWith('/') || isLoopback(host);
  const isVerified = mode === 'verify-full' || (mode === undefined && !isNear);
  if (!isVerified) {
    if (mode === undefined || mode === 'disable') return false;
    throw invalid('may have sslmode=verify-full (the rule for other machines) or sslmode=disable');
  }
  if (authority === undefined) return { rejectUnauthorized: true };
  try {
    return { rejectUnauthorized: true, ca: readFileSync(authority, 'utf8') };
  } catch (cause) {
    throw invalid(`names a file in sslrootcert that cannot be read: ${authority}`, cause);
  }
}

/** The text itself is not repeated: it may hold a password. */
function invalid(problem: string, cause?: unknown): TacitError {
  return new TacitError('CONFIG_INVALID', `the postgres URL ${problem}`, undefined, { cause });
}
