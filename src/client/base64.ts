/** Bytes that are turned into text at a time: whole groups of three, few enough for the arguments of a call. */
const PIECE_BYTES = 3 * 4096;

/** Standard base64 of bytes. */
export function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE_BYTES))));
  }
  return pieces.join('');
}

/** The bytes of standard base64, or undefined if the text is not its canonical form. */
export function fromBase64(text: string): Uint8Array | undefined {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return undefined;
  }
  const bytes = new Uint8Array(binary.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = binary.charCodeAt(k);
  return toBase64(bytes) === text ? bytes : undefined;
}
