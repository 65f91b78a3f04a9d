/** What images of a size start with: enough of it to tell the size, and no picture. */
export const headers: Readonly<Record<string, (width: number, height: number) => Buffer>> = {
  PNG: (width, height) => {
    const header = Buffer.from("89504e470d0a1a0a0000000d4948445200000000000000000806000000", "hex")
    header.writeUInt32BE(width, 16)
    header.writeUInt32BE(height, 20)
    return header
  },
  JPEG: (width, height) => jpegWith(Buffer.alloc(0), width, height),
  WebP: (width, height) => {
    const header = Buffer.from("524946461600000057454250565038580a00000000000000000000000000", "hex")
    header.writeUIntLE(width - 1, 24, 3)
    header.writeUIntLE(height - 1, 27, 3)
    return header
  },
  GIF: (width, height) => {
    const header = Buffer.from("47494638396100000000f00000", "hex")
    header.writeUInt16LE(width, 6)
    header.writeUInt16LE(height, 8)
    return header
  }
}

/** A JPEG has its size after its metadata, which come in segments of at most 64 kB. */
export const jpegWith = (metadata: Buffer, width: number, height: number) => {
  const frame = Buffer.from("ffc0001108000000000301220002110103110100", "hex")
  frame.writeUInt16BE(height, 5)
  frame.writeUInt16BE(width, 7)
  return Buffer.concat([Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex"), metadata, frame])
}

/** So many segments of metadata, such as a colour profile or a preview. */
export const segments = (count: number) =>
  Buffer.concat(
    Array.from({ length: count }, () => Buffer.concat([Buffer.from("ffe2ffff", "hex"), Buffer.alloc(65_533, 7)]))
  )
