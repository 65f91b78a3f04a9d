import { connect } from "node:net"
import { Effect } from "effect"
import { Service } from "./Service.ts"

/** Sends these bytes as they are, ends its half of the line, and brings all that comes back until the server ends its. */
export const sendRaw = Effect.fnUntraced(function* (bytes: string | Uint8Array) {
  const { hostname, port } = new URL((yield* Service).url)
  return yield* Effect.callback<string, Error>((resume) => {
    const chunks: Array<Buffer> = []
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.end(bytes))
    socket.on("data", (chunk) => chunks.push(chunk))
    socket.on("error", (error) => resume(Effect.fail(error)))
    socket.on("close", () => resume(Effect.succeed(Buffer.concat(chunks).toString())))
    return Effect.sync(() => socket.destroy())
  })
})

/** A request line, headers with the length of the body, and the body, which may be shorter than it says. */
export const rawRequest = (path: string, headers: Readonly<Record<string, string>>, body: string) =>
  [
    `POST ${path} HTTP/1.1`,
    "Host: service",
    "Connection: close",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    "",
    body
  ].join("\r\n")
