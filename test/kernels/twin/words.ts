/** Little-endian 64-bit words and bits of a byte memory, as BigInt: slow and obvious. */
export class Words {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get(address: number, index = 0): bigint {
    return this.#view.getBigUint64(address + 8 * index, true);
  }

  set(address: number, index: number, value: bigint): void {
    this.#view.setBigUint64(address + 8 * index, value, true);
  }

  u32(address: number, index = 0): number {
    return this.#view.getUint32(address + 4 * index, true);
  }

  /** Bit r mod 8 of byte r div 8. */
  bit(address: number, row: number): number {
    return (this.bytes[address + (row >> 3)]! >> (row & 7)) & 1;
  }

  setBit(address: number, row: number, bit: number): void {
    const at = address + (row >> 3);
    this.bytes[at] = (this.bytes[at]! & ~(1 << (row & 7))) | (bit << (row & 7));
  }
}
