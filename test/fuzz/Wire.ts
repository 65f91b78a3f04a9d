import { request as httpRequest } from "node:http"
import { Data, Effect } from "effect"
import { type Answer, answerOf } from "../e2e/support/Client.ts"
import { Service } from "../e2e/support/Service.ts"
import type { Request } from "./Requests.ts"

/** There is no whole answer. */
export class Unanswered extends Data.TaggedError("Unanswered")<{ readonly message: string }> {}

/** How long an answer may take to its end before it counts as none: far longer than any here takes. */
const bound = "20 seconds"

/** Sends a request on a line of its own, as it is, and reads the answer to its end. */
export const send = Effect.fnUntraced(function* ({ body, headers, method, target }: Request) {
  const { hostname, port } = new URL((yield* Service).url)
  return yield* Effect.callback<Answer, Unanswered>((resume) => {
    const unanswered = (message: string) => resume(Effect.fail(new Unanswered({ message })))
    const options = { hostname, port, method, path: target, headers: headers.flat(), agent: false }
    const outgoing = httpRequest(options, (incoming) => {
      const chunks: Array<Buffer> = []
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
      incoming.on("error", () => unanswered("the line was cut within the answer"))
      incoming.on("end", () =>
        resume(
          Effect.sync(() => answerOf(incoming.statusCode ?? 0, headersOf(incoming.rawHeaders), Buffer.concat(chunks)))
        )
      )
    })
    // Moot once there is an answer: a server that refuses a body need not read it.
    outgoing.on("error", ({ message }) => unanswered(message))
    outgoing.end(body)
    return Effect.sync(() => outgoing.destroy())
  }).pipe(
    Effect.timeoutOrElse({
      duration: bound,
      orElse: () => Effect.fail(new Unanswered({ message: `no whole answer within ${bound}` }))
    })
  )
})

const headersOf = (raw: ReadonlyArray<string>) => {
  const headers = new Headers()
  for (let at = 0; at < raw.length; at += 2) headers.append(raw[at] ?? "", raw[at + 1] ?? "")
  return headers
}
