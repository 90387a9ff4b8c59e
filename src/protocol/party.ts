import type { CryptoProvider } from '../crypto/provider.ts';
import type { Arena } from '../field/arena.ts';
import type { Kernels } from '../field/kernels.ts';
import type { Streams } from '../sharing/streams.ts';
import type { Channel, PartyIndex } from '../transport/channel.ts';
import type { GateLog } from './gate-log.ts';
import type { OpeningPermit, Witness } from './witness.ts';

/** Everything a protocol needs to know about where it runs; one per party and query attempt. */
export interface Party {
  readonly self: PartyIndex;
  /** All parties of the consortium. */
  readonly parties: number;
  /** At most this many of them collude. */
  readonly threshold: number;
  /** The 2t + 1 parties that compute, in ascending order. */
  readonly committee: readonly PartyIndex[];
  readonly channel: Channel;
  readonly streams: Streams;
  readonly crypto: CryptoProvider;
  readonly kernels: Kernels;
  readonly arena: Arena;
  readonly log: GateLog;
}

/** One sequential chain of protocol steps: its rounds, and what it leaves to verify. Lanes run side by side. */
export class Lane {
  readonly party: Party;
  readonly witness: Witness;
  rounds = 0;

  constructor(party: Party, witness: Witness) {
    this.party = party;
    this.witness = witness;
  }

  /** Waits until all that this lane depends on is verified. */
  async barrier(): Promise<OpeningPermit> {
    const { permit, rounds } = await this.witness.barrier();
    this.rounds += rounds;
    return permit;
  }

  /** Sends `bytes` at `address` of the arena; nothing for an empty message. */
  send(to: PartyIndex, step: string, address: number, bytes: number): void {
    if (bytes === 0) return;
    const { arena, channel } = this.party;
    channel.send(to, step, arena.u8.subarray(address, address + bytes));
  }

  /** Receives into the arena; resolves at once for an empty message. */
  async receive(from: PartyIndex, step: string, address: number, bytes: number): Promise<void> {
    if (bytes === 0) return;
    const { arena, channel } = this.party;
    await channel.receive(from, step, () => arena.u8, address, bytes);
  }
}
