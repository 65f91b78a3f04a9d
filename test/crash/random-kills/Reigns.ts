import { Data, Deferred, Effect, Random, Ref, type Scope } from "effect"
import * as ServerProcess from "../ServerProcess.ts"

/** One server after the other on the same file, each killed at a random moment. */
export interface Reigns {
  /** Where the present one listens; waits until there is one. */
  readonly url: Effect.Effect<string>
  /** This many servers come and are killed. */
  readonly killed: (times: number) => Effect.Effect<void, ServerProcess.ServerEnded | Misgoverned>
  /** One more comes, with these changes to its environment, and stays. */
  readonly restored: (changes: Record<string, string>) => Effect.Effect<string, ServerProcess.ServerEnded, Scope.Scope>
}

/** It was not the kill that ended it, or it met what it should never meet. */
export class Misgoverned extends Data.TaggedError("Misgoverned")<ServerProcess.Ending> {
  override get message(): string {
    return `${this.status}: ${this.output}`
  }
}

export const make = Effect.fnUntraced(function* (environment: Record<string, string>) {
  const present = yield* Effect.flatMap(Deferred.make<string>(), Ref.make)
  const enthrone = (changes: Record<string, string> = {}) =>
    Effect.tap(ServerProcess.serve({ ...environment, ...changes }), ({ listening }) =>
      listening.pipe(
        Effect.flatMap((url) => Effect.flatMap(Ref.get(present), Deferred.succeed(url))),
        Effect.ignore,
        Effect.forkScoped
      )
    )
  const vacate = Effect.gen(function* () {
    const hadBegun = yield* Effect.flatMap(Ref.get(present), Deferred.isDone)
    if (hadBegun) yield* Ref.set(present, yield* Deferred.make<string>())
  })
  const reign = Effect.gen(function* () {
    const server = yield* enthrone()
    if ((yield* Random.next) < shareKilledBeforeTheyListen) {
      yield* Effect.sleep(yield* Random.nextIntBetween(0, 1000))
    } else {
      yield* server.listening
      yield* Effect.sleep(yield* Random.nextIntBetween(0, 1000))
    }
    const ending = yield* server.kill
    yield* vacate
    if (ending.status !== "SIGKILL" || ending.output.includes("request failed")) {
      return yield* new Misgoverned(ending)
    }
  }).pipe(Effect.scoped)
  const reigns: Reigns = {
    url: Effect.flatMap(Ref.get(present), Deferred.await),
    killed: (times) => Effect.repeat(reign, { times: times - 1 }).pipe(Effect.asVoid),
    restored: (changes) => Effect.flatMap(enthrone(changes), ({ listening }) => listening)
  }
  return reigns
})

const shareKilledBeforeTheyListen = 0.15
