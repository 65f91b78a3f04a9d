/** Width and height stand first in the first chunk, IHDR (PNG, section 11.2.1), which the simulator's pictures are. */
export const of = (bytes: Uint8Array) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { width: view.getUint32(16), height: view.getUint32(20) }
}
