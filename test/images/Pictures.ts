import { createHash } from "node:crypto"
import type { RequestListener } from "node:http"

const of = (...parts: ReadonlyArray<string | ReadonlyArray<number>>) =>
  Buffer.concat(parts.map((part) => Buffer.from(typeof part === "string" ? Buffer.from(part, "latin1") : part)))

/** How files of the formats begin that are images here. */
export const images = {
  "image/png": of([0x89], "PNG\r\n", [0x1a], "\n"),
  "image/jpeg": of([0xff, 0xd8, 0xff, 0xe0]),
  "image/webp": of("RIFF", [36, 0, 0, 0], "WEBPVP8 "),
  "image/gif": of("GIF89a"),
  "image/avif": of([0, 0, 0, 32], "ftypavif")
} as const

/** What may stand at an image's URL and is none. */
export const others = {
  HTML: "<!DOCTYPE html><html><script>alert(1)</script></html>",
  "HTML after a byte order mark": "\u00ef\u00bb\u00bf<html><body onload=alert(1)>",
  SVG: '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
  "SVG after its prologue": '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
  "an error in JSON": '{"detail": {"error": "file not found"}}',
  "a PDF": "%PDF-1.7 and what follows",
  "a BMP": "BM__________________________",
  "a PNG behind a blank": " \u0089PNG\r\n\u001a\n___________",
  "half of a signature": "\u0089PNG",
  nothing: ""
} as const

/** A file of this length that begins like this, no two stretches of it alike. */
export const file = (length: number, start: Uint8Array = images["image/png"]) => {
  const filling = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    createHash("sha256").update(String(index)).digest()
  )
  return Buffer.concat([start, ...filling]).subarray(0, length)
}

/** A storage that sends the whole, and says how long it is. */
export const whole =
  (bytes: Uint8Array, type = "image/png"): RequestListener =>
  (_, response) =>
    response.writeHead(200, { "content-type": type, "content-length": bytes.length }).end(bytes)

/** A storage that sends the whole, and doesn't say how long it is. */
export const chunked =
  (bytes: Uint8Array): RequestListener =>
  (_, response) => {
    response.writeHead(200, { "content-type": "image/png" }).flushHeaders()
    response.end(bytes)
  }

/** A storage that gives parts, as web servers do. */
export const inParts =
  (bytes: Uint8Array): RequestListener =>
  (request, response) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? []
    if (first === undefined || last === undefined) return whole(bytes)(request, response)
    const part = bytes.subarray(Number(first), Number(last) + 1)
    response
      .writeHead(206, {
        "content-type": "image/png",
        "content-length": part.length,
        "content-range": `bytes ${first}-${Number(first) + part.length - 1}/${bytes.length}`
      })
      .end(part)
  }
