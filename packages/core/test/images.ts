import type { ImageType } from "@scnmnt/core/ImageType"
import { Bytes } from "effect"

const ascii = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))
const bytes = (...parts: ReadonlyArray<string | ReadonlyArray<number>>) =>
  Bytes.concat(parts.map((part) => (typeof part === "string" ? ascii(part) : Uint8Array.from(part))))

interface Example {
  readonly what: string
  readonly type: ImageType
  readonly bytes: Uint8Array
  /** The places whose bytes may be anything. */
  readonly free: ReadonlyArray<number>
}

/** The first bytes of each format, no more of them than tell it. */
export const examples: ReadonlyArray<Example> = [
  { what: "PNG", type: "image/png", bytes: bytes([0x89], "PNG\r\n", [0x1a], "\n"), free: [] },
  { what: "JPEG", type: "image/jpeg", bytes: bytes([0xff, 0xd8, 0xff]), free: [] },
  { what: "WebP", type: "image/webp", bytes: bytes("RIFF", [1, 2, 3, 4], "WEBPVP"), free: [4, 5, 6, 7] },
  { what: "GIF87a", type: "image/gif", bytes: bytes("GIF87a"), free: [] },
  { what: "GIF89a", type: "image/gif", bytes: bytes("GIF89a"), free: [] },
  { what: "AVIF", type: "image/avif", bytes: bytes([0, 0, 0, 32], "ftypavif"), free: [0, 1, 2, 3] },
  { what: "AVIF sequence", type: "image/avif", bytes: bytes([0, 0, 0, 44], "ftypavis"), free: [0, 1, 2, 3] }
]

/** Things that are sent as images and are none of them. */
export const others: ReadonlyArray<{ readonly what: string; readonly bytes: Uint8Array }> = [
  { what: "nothing", bytes: bytes() },
  { what: "HTML", bytes: ascii("<!doctype html><script>alert(1)</script>") },
  { what: "SVG", bytes: ascii('<svg xmlns="http://www.w3.org/2000/svg"/>') },
  { what: "an error as JSON", bytes: ascii('{"error":{"message":"not found"}}') },
  { what: "a PDF", bytes: ascii("%PDF-1.7\n%some more text") },
  { what: "a BMP", bytes: ascii("BM______________________") },
  { what: "a TIFF", bytes: bytes("II", [0x2a, 0], "________________") },
  { what: "WAVE, in RIFF too", bytes: bytes("RIFF", [1, 2, 3, 4], "WAVEfmt ________") },
  { what: "HEIC, in the same container", bytes: bytes([0, 0, 0, 32], "ftypheic________") },
  { what: "MP4, in the same container", bytes: bytes([0, 0, 0, 32], "ftypisom________") },
  { what: "a GIF of another version", bytes: ascii("GIF88a__________") },
  { what: "a PNG that went through text mode", bytes: bytes([0x89], "PNG\n", [0x1a], "\n__________") },
  { what: "a PNG after a blank", bytes: bytes(" ", [0x89], "PNG\r\n", [0x1a], "\n") }
]

/** A file that begins like this one and goes on. */
export const file = ({ bytes }: Pick<Example, "bytes">, length = 100) =>
  Bytes.concat([bytes, Uint8Array.from({ length }, (_, index) => index % 251)])

/** Bytes cut into chunks of this size. */
export const cut = (bytes: Uint8Array, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
