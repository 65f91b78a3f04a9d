import { Effect } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { Api } from "../api/Api.ts"
import * as Failures from "../api/Failures.ts"
import { respond } from "./FailureResponses.ts"
import * as Reference from "./Reference.ts"

/** The router knows no 405 (RFC 9110, section 15.5.6): a known address with another method is one of these routes. */
export const layer = HttpRouter.use((router) =>
  Effect.forEach(methodsByPath(), ([path, allowed]) => {
    const refuse = Effect.map(
      respond(new Failures.MethodNotAllowed()),
      HttpServerResponse.setHeader("allow", [...allowed].join(", "))
    )
    return Effect.forEach(
      methods.filter((method) => !allowed.has(method)),
      (method) => router.add(method, path, refuse)
    )
  })
)

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const

/** The router serves HEAD wherever there is a GET. */
const methodsByPath = () => {
  const byPath = new Map<HttpRouter.PathInput, Set<string>>(Reference.addresses.map((path) => [path, new Set(["GET"])]))
  for (const group of Object.values(Api.groups)) {
    for (const { method, path } of Object.values(group.endpoints)) {
      const allowed = byPath.get(path) ?? new Set<string>()
      byPath.set(path, method === "GET" ? allowed.add("GET").add("HEAD") : allowed.add(method))
    }
  }
  return byPath
}
