import { connect } from "node:net"
import { Effect } from "effect"
import { Service } from "../e2e/support/Service.ts"

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Whether the body came to the end that its framing tells; a line that just ends is no end. */
  readonly complete: boolean
}

/** Sends a request without a body, and reads until the server ends the line: what a client sees, and no client's mercy. */
export const ask = Effect.fnUntraced(function* (
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = "GET"
) {
  const { hostname, port } = new URL((yield* Service).url)
  const lines = [`${method} ${path} HTTP/1.1`, "Host: service", "Connection: close"]
  const request = [...lines, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), "", ""]
  return yield* Effect.callback<RawAnswer>((resume) => {
    const chunks: Array<Buffer> = []
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(request.join("\r\n")))
    socket.on("data", (chunk) => chunks.push(chunk))
    // A reset is how some lines end.
    socket.on("error", () => undefined)
    socket.on("close", () => resume(Effect.sync(() => read(Buffer.concat(chunks), method))))
    return Effect.sync(() => socket.destroy())
  })
})

const read = (bytes: Buffer, method: string): RawAnswer => {
  const end = bytes.indexOf("\r\n\r\n")
  if (end === -1) return { status: 0, headers: {}, body: bytes, complete: false }
  const [statusLine = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n")
  const headers = Object.fromEntries(lines.map((line) => split(line)))
  const status = Number(statusLine.split(" ")[1])
  const rest = bytes.subarray(end + 4)
  if (method === "HEAD" || status === 304) return { status, headers, body: rest, complete: true }
  return headers["transfer-encoding"] === "chunked"
    ? { status, headers, ...unchunk(rest) }
    : { status, headers, body: rest, complete: headers["content-length"] === String(rest.length) }
}

const split = (line: string) => {
  const colon = line.indexOf(":")
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
}

const unchunk = (bytes: Buffer): Pick<RawAnswer, "body" | "complete"> => {
  const chunks: Array<Buffer> = []
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf("\r\n", at)
    const size = lineEnd === -1 ? undefined : Number.parseInt(bytes.subarray(at, lineEnd).toString(), 16)
    if (size === undefined || size === 0) return { body: Buffer.concat(chunks), complete: size === 0 }
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
}
