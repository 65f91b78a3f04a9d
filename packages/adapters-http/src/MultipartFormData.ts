import { Stream } from "effect"
import { HttpBody } from "effect/http"

interface FilePart {
  readonly field: string
  readonly fileName: string
  readonly type: string
  /** In bytes, and no more or less than `content` brings. */
  readonly size: number
  readonly content: Stream.Stream<Uint8Array, unknown>
}

/**
 * A `multipart/form-data` body (RFC 7578) of a length known beforehand: uploads in chunked encoding are what proxies
 * refuse. The files are read when the body is. The boundary must be one that nobody can guess.
 */
export const encode = (
  boundary: string,
  fields: Readonly<Record<string, string>>,
  files: ReadonlyArray<FilePart>
): HttpBody.Stream => {
  const texts = Object.entries(fields).map(([name, value]) =>
    utf8.encode(`--${boundary}\r\n${disposition(name)}\r\n\r\n${value}\r\n`)
  )
  const heads = files.map(({ field, fileName, type }) =>
    utf8.encode(`--${boundary}\r\n${disposition(field, fileName)}\r\nContent-Type: ${type}\r\n\r\n`)
  )
  const tail = utf8.encode(`--${boundary}--\r\n`)
  const parts = files.map(({ content }, index) =>
    Stream.fromIterable(heads.slice(index, index + 1)).pipe(Stream.concat(content), Stream.concat(Stream.make(lineEnd)))
  )
  const length =
    [...texts, ...heads, tail].reduce((sum, bytes) => sum + bytes.length, 0) +
    files.reduce((sum, { size }) => sum + size + lineEnd.length, 0)
  const body = Stream.fromIterable(texts).pipe(
    Stream.concat(Stream.flatten(Stream.fromIterable(parts))),
    Stream.concat(Stream.make(tail))
  )
  return HttpBody.stream(body, `multipart/form-data; boundary=${boundary}`, length)
}

const utf8 = new TextEncoder()
const lineEnd = utf8.encode("\r\n")

const disposition = (name: string, fileName?: string): string =>
  `Content-Disposition: form-data; name="${escape(name)}"` +
  (fileName === undefined ? "" : `; filename="${escape(baseName(fileName))}"`)

/**
 * Quotes and line breaks in per cent, and nothing else: the WHATWG HTML standard, "multipart/form-data encoding
 * algorithm". Other characters go as plain UTF-8, since `filename*` must not be used here (RFC 7578, section 4.2).
 */
const escape = (name: string): string => name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22")

/** Folders are nobody's business (RFC 7578, section 4.2), a backslash is an escape to some, and no name is no file. */
const baseName = (fileName: string): string => fileName.split(/[\\/]/).at(-1) || "image"
