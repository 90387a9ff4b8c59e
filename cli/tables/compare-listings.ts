import type { ListedVersion } from './listing.ts';

/** What one party lists; undefined if it did not answer. */
export interface PartyListing {
  readonly party: string;
  readonly versions: readonly ListedVersion[] | undefined;
}

/** One table over all parties that answered. */
export interface TableView {
  readonly name: string;
  /** The newest version that all of them list: queries run on it. */
  readonly current: ListedVersion | undefined;
  /** What is different at a party, in words. */
  readonly differences: readonly string[];
}

/** Puts the lists of all parties side by side, tables in the order of their names. */
export function compareListings(listings: readonly PartyListing[]): readonly TableView[] {
  const answered = listings.flatMap(({ party, versions }) =>
    versions ? [{ party, versions }] : [],
  );
  const names = new Set(answered.flatMap(({ versions }) => versions.map(key)));
  return [...names].sort().map((name): TableView => {
    const lists = answered.map(({ party, versions }) => {
      return { party, versions: versions.filter((version) => key(version) === name) };
    });
    const all = lists.flatMap(({ versions }) => versions).sort((a, b) => b.number - a.number);
    const current = all.find(({ digest }) =>
      lists.every(({ versions }) => versions.some((version) => version.digest === digest)),
    );
    const newest = current ?? all[0];
    const differences = lists.flatMap(({ party, versions }) =>
      describeDifference(party, versions, newest),
    );
    return { name: newest?.name ?? name, current, differences };
  });
}

function describeDifference(
  party: string,
  versions: readonly ListedVersion[],
  newest: ListedVersion | undefined,
): string[] {
  const lists = versions.some(({ digest }) => digest === newest?.digest);
  const ahead = versions.filter(({ number }) => number > (newest?.number ?? 0));
  const tell = (version: ListedVersion) =>
    `version ${version.number} (${version.digest.slice(0, 16)})`;
  if (lists) return ahead.map((version) => `${party} lists ${tell(version)} too`);
  if (versions.length === 0) return [`${party} does not list it`];
  return [`${party} lists ${versions.map(tell).join(', ')} instead`];
}

function key({ name }: ListedVersion): string {
  return name.toLowerCase();
}
