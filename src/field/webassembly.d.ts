/**
 * The part of the WebAssembly JavaScript API that the kernels need. TypeScript ships these types only
 * with its DOM library, which would also declare `window` and hundreds of other globals.
 */
// biome-ignore lint/style/noNamespace: the API is a global namespace object.
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
    /** Detaches `buffer` and every view of it. */
    grow(pages: number): number;
  }
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  function validate(binary: ArrayBuffer | ArrayBufferView<ArrayBuffer>): boolean;
  function instantiate(
    binary: ArrayBuffer | ArrayBufferView<ArrayBuffer>,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ): Promise<{ readonly instance: Instance }>;
}
