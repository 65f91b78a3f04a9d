import { Effect, Layer } from "effect"
import { HttpServerRequest } from "effect/http"
import { JsonBodies } from "../api/Api.ts"
import { InvalidRequest } from "../api/Failures.ts"

/** Refuses JSON that is not UTF-8: decoded anyhow, it would be a prompt with holes in it. */
export const layer = Layer.succeed(JsonBodies, (app) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    if (request.method === "POST" && isJson(request.headers["content-type"])) {
      const bytes = yield* Effect.orDie(request.arrayBuffer)
      yield* Effect.try({ try: () => utf8.decode(bytes), catch: () => notUtf8 })
    }
    return yield* app
  })
)

/** A body without a type counts as JSON here. */
const isJson = (contentType = "application/json") => contentType.toLowerCase().startsWith("application/json")

const utf8 = new TextDecoder("utf-8", { fatal: true })

const notUtf8 = new InvalidRequest({ issues: [{ path: "", problem: "the body is not UTF-8" }] })
