import { Effect, Scope } from "effect"
import { Places } from "../doors/Places.ts"
import { tooManyInFlight } from "./RetryAfter.ts"

/**
 * Lets so many requests of a client be answered at a time, and refuses one more. A request has its place until its scope
 * ends: when the last of its answer is on its way, a stream's too, or its client has left. Connections say nothing of
 * that: on one of them any number of requests may come without waiting for answers (RFC 9112, section 9.3.2).
 */
export const atMost = (limit: number) => {
  const places = new Places(limit)
  return (client: string) =>
    Effect.flatMap(Effect.scope, (scope) => {
      let hasPlace = false
      const end = Effect.sync(() => hasPlace && places.leave(client))
      // First the end, then the beginning: interrupted in between, it has taken nothing.
      return Effect.flatMap(Scope.addFinalizer(scope, end), () => {
        hasPlace = places.take(client)
        return hasPlace ? Effect.void : tooManyInFlight
      })
    })
}
