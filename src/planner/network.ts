/** What algorithms are chosen for: a network between the parties. */
export interface NetworkProfile {
  readonly name: string;
  readonly roundTripSeconds: number;
  readonly bytesPerSecond: number;
}

/** Parties in one data centre (or on one machine): rounds are cheap, bytes are not. */
export const LAN: NetworkProfile = {
  name: 'lan',
  roundTripSeconds: 0.00015,
  bytesPerSecond: 250_000_000,
};

/** Parties in different places of one country. */
export const WAN: NetworkProfile = {
  name: 'wan',
  roundTripSeconds: 0.03,
  bytesPerSecond: 12_500_000,
};
