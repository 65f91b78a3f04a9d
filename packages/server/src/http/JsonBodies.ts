import { Effect, Fiber, Layer } from "effect"
import { HttpServerRequest } from "effect/http"
import { JsonBodies } from "../api/Api.ts"
import { RequestTimeout } from "../api/Failures.ts"
import * as Problem from "./Problem.ts"
import * as ResponseHeaders from "./ResponseHeaders.ts"

/**
 * Has a JSON body be there within 30 seconds: it is small. A form may take its time, as long as it comes on, for which
 * its reader looks. Refuses JSON that is not UTF-8: decoded anyhow, it would be a prompt with holes in it.
 */
export const layer = Layer.succeed(JsonBodies, (app, { endpoint }) =>
  endpoint.method === "POST" ? Effect.andThen(read, app) : app
)

const read = Effect.gen(function* () {
  const request = yield* HttpServerRequest.HttpServerRequest
  if (!isJson(request.headers["content-type"])) return
  const bytes = yield* inTime(Effect.orDie(request.arrayBuffer))
  yield* Effect.try({ try: () => utf8.decode(bytes), catch: () => notUtf8 })
})

/** A body without a type counts as JSON here. */
const isJson = (contentType = "application/json") => contentType.toLowerCase().startsWith("application/json")

/** Node ends the line of a body whose reading is interrupted, and nobody would hear why: this one ends with the request. */
const inTime = Effect.fnUntraced(function* <A>(bytes: Effect.Effect<A>) {
  const reading = yield* Effect.forkChild(bytes, { startImmediately: true })
  return yield* Effect.timeoutOrElse(Fiber.join(reading), { duration: "30 seconds", orElse: () => tooLate })
})

/** With what a server says that does not wait any longer (RFC 9110, section 15.5.9). */
const tooLate = Effect.andThen(ResponseHeaders.add("connection", "close"), Effect.fail(new RequestTimeout()))

const utf8 = new TextDecoder("utf-8", { fatal: true })

const notUtf8 = Problem.refusal("", "not-utf8")
