import { Effect, Random, type Scope } from "effect"
import * as ServerProcess from "../ServerProcess.ts"
import { Misgoverned } from "../random-kills/Reigns.ts"

/** Servers on the same database, any of which may be asked. */
export interface Cluster {
  /** Where one of those listens that are there. */
  readonly url: Effect.Effect<string>
  readonly urls: Effect.Effect<ReadonlyArray<string>>
  /** One of them dies, and another comes in its place. */
  readonly replaceOne: Effect.Effect<void, ServerProcess.ServerEnded | Misgoverned, Scope.Scope>
}

/** So many, all listening. */
export const make = Effect.fnUntraced(function* (environment: Record<string, string>, size: number) {
  const present = new Map<ServerProcess.ServerProcess, string>()
  const join = Effect.gen(function* () {
    const server = yield* ServerProcess.serve(environment)
    present.set(server, yield* server.listening)
  })
  yield* Effect.all(
    Array.from({ length: size }, () => join),
    { concurrency: "unbounded" }
  )
  return {
    url: Effect.suspend(() => Random.choice([...present.values()])).pipe(Effect.orDie),
    urls: Effect.sync(() => [...present.values()]),
    replaceOne: Effect.gen(function* () {
      const server = yield* Effect.orDie(Random.choice([...present.keys()]))
      present.delete(server)
      const ending = yield* server.kill
      if (ending.status !== "SIGKILL" || ending.output.includes("request failed")) {
        return yield* new Misgoverned(ending)
      }
      yield* join
    })
  } satisfies Cluster
})
