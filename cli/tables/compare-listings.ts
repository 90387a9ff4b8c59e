import type { ListedDefinition, ListedVersion } from './listing.ts';

/** What one party that answered lists. */
export interface PartyListing {
  readonly party: string;
  readonly versions: readonly ListedVersion[];
  readonly definitions: readonly ListedDefinition[];
}

/** One table over all parties that answered. */
export interface TableView {
  readonly name: string;
  /** The newest version that all of them list: queries run on it. */
  readonly current?: ListedVersion;
  /** What the owners agree on, as the first party has it. */
  readonly definition?: ListedDefinition;
  /** Owners whose signature of the definition some party lacks. */
  readonly unsigned: readonly string[];
  /** What is different at a party, in words. */
  readonly differences: readonly string[];
}

/** Puts the lists of parties side by side, tables in the order of their names. */
export function compareListings(listings: readonly PartyListing[]): readonly TableView[] {
  const all = listings.flatMap(({ definitions, versions }) => [...definitions, ...versions]);
  return [...new Set(all.map(key))].sort().map((name) => viewOf(name, listings));
}

function viewOf(name: string, listings: readonly PartyListing[]): TableView {
  const lists = listings.map(({ definitions, party, versions }) => ({
    party,
    definition: definitions.find((definition) => key(definition) === name),
    versions: versions.filter((version) => key(version) === name),
  }));
  const versions = lists.flatMap((list) => list.versions).sort((a, b) => b.number - a.number);
  const current = versions.find(({ digest }) =>
    lists.every((list) => list.versions.some((version) => version.digest === digest)),
  );
  const newest = current ?? versions[0];
  const definition = lists.find((list) => list.definition)?.definition;
  const unsigned = (definition?.owners ?? []).filter(
    (owner) => !lists.every((list) => list.definition?.accepted.includes(owner)),
  );
  return {
    name: newest?.name ?? definition?.name ?? name,
    ...(current === undefined ? {} : { current }),
    ...(definition === undefined ? {} : { definition }),
    unsigned,
    differences: lists.flatMap((list) => [
      ...(list.definition?.digest === definition?.digest
        ? []
        : [`${list.party} ${list.definition ? 'has another' : 'does not have the'} definition`]),
      ...(newest ? compareVersions(list.party, list.versions, newest) : []),
    ]),
  };
}

function compareVersions(
  party: string,
  versions: readonly ListedVersion[],
  newest: ListedVersion,
): string[] {
  const tell = ({ digest, number }: ListedVersion) => `version ${number} (${digest.slice(0, 16)})`;
  const ahead = versions.filter(({ number }) => number > newest.number);
  if (versions.some(({ digest }) => digest === newest.digest)) {
    return ahead.map((version) => `${party} lists ${tell(version)} too`);
  }
  if (versions.length === 0) return [`${party} does not list ${tell(newest)}`];
  return [`${party} lists ${versions.map(tell).join(', ')} instead of ${tell(newest)}`];
}

function key({ name }: { readonly name: string }): string {
  return name.toLowerCase();
}
