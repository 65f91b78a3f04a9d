import { Bytes, Effect, Schema, Sink } from "effect"

/** The media types an image may have here. Nothing that can carry script (SVG, HTML) is among them. */
export const ImageType = Schema.Literals(["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"])
export type ImageType = typeof ImageType.Type

/**
 * The type of an image by its first bytes, whatever its sender calls it; `undefined` for everything else.
 * The signatures are those of the WHATWG MIME Sniffing standard (section 6.1), AVIF's that of its own file format.
 */
export const detect = (head: Uint8Array): ImageType | undefined =>
  signatures.find(({ pattern }) => matches(head, pattern))?.type

/** Takes from a stream the first chunks that {@link detect} needs to see, as one. */
export const head = Sink.fold(
  () => new Uint8Array(),
  (head) => head.length < signatureLength,
  (head, chunk: Uint8Array) => Effect.succeed(Bytes.concat([head, chunk]))
)

/** How many first bytes tell any of these types. */
export const signatureLength = 16

const matches = (head: Uint8Array, pattern: Pattern) =>
  head.length >= pattern.length && pattern.every((byte, index) => byte === undefined || byte === head[index])

type Pattern = ReadonlyArray<number | undefined>

const ascii = (text: string): Pattern => Array.from(text, (char) => char.charCodeAt(0))
const anyByte = (count: number): Pattern => Array.from({ length: count }, () => undefined)

const signatures: ReadonlyArray<{ readonly type: ImageType; readonly pattern: Pattern }> = [
  { type: "image/png", pattern: [0x89, ...ascii("PNG\r\n\x1a\n")] },
  { type: "image/jpeg", pattern: [0xff, 0xd8, 0xff] },
  { type: "image/webp", pattern: [...ascii("RIFF"), ...anyByte(4), ...ascii("WEBPVP")] },
  { type: "image/gif", pattern: ascii("GIF87a") },
  { type: "image/gif", pattern: ascii("GIF89a") },
  { type: "image/avif", pattern: [...anyByte(4), ...ascii("ftypavif")] },
  { type: "image/avif", pattern: [...anyByte(4), ...ascii("ftypavis")] }
]
