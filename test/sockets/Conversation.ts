import { connect } from "node:net"
import { Effect } from "effect"
import { Service } from "../e2e/support/Service.ts"
import type { Case } from "./corpus/Case.ts"

interface Manner {
  readonly leaving?: Case["leaving"] | undefined
  /** The address that it comes from: each that begins with 127 is this machine's. */
  readonly from?: string
}

/** Sends these bytes on a line of its own and brings, as Latin-1, all that comes back until the line has ended. */
export const converse = Effect.fnUntraced(function* (bytes: string, { from = "127.0.0.1", leaving }: Manner = {}) {
  const { hostname, port } = new URL((yield* Service).url)
  return yield* Effect.callback<string>((resume) => {
    const heard: Array<string> = []
    const socket = connect({ host: hostname, port: Number(port), localAddress: from, allowHalfOpen: true })
    socket.setEncoding("latin1")
    socket.on("data", (text: string) => heard.push(text))
    socket.on("end", () => socket.end())
    // A server that has said no may reset the line on which more comes.
    socket.on("error", () => {})
    socket.on("close", () => resume(Effect.succeed(heard.join(""))))
    socket.write(Buffer.from(bytes, "latin1"), () => {
      if (leaving === "ends") socket.end()
      if (leaving === "resets") socket.resetAndDestroy()
    })
    return Effect.sync(() => socket.destroy())
  })
})

/** An answer as it was on the line. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** The answers that a line brought; one that is not well-formed, or not whole, is an error here. */
export const answersOf = (heard: string): ReadonlyArray<RawAnswer> => {
  if (heard === "") return []
  const [, status, lines, rest] =
    /^HTTP\/1\.[01] (\d{3}) [^\r\n]*\r\n((?:[^\r\n:\s]+:[^\r\n]*\r\n)*)\r\n([^]*)$/.exec(heard) ?? []
  if (status === undefined || lines === undefined || rest === undefined) throw new Error(`no answer: ${heard}`)
  const headers = new Headers()
  for (const [, name = "", value = ""] of lines.matchAll(/^(.+?):(.*)\r\n/gm)) headers.append(name, value)
  const length = status === "100" ? 0 : Number(headers.get("content-length") ?? rest.length)
  if (rest.length < length) throw new Error(`an answer that breaks off: ${heard}`)
  return [{ status: Number(status), headers, body: rest.slice(0, length) }, ...answersOf(rest.slice(length))]
}
