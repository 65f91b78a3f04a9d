import { fileURLToPath } from "node:url"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Data, Effect, Schedule } from "effect"
import * as Client from "../Client.ts"
import * as ServerProcess from "../ServerProcess.ts"
import type { Case } from "./Case.ts"
import type { Life } from "./CrashPoints.ts"
import type { Steps } from "./Steps.ts"

/** A case with what a process does with it. */
export interface Act {
  readonly one: Case
  readonly life: Life
}

/** These cases did not get to where their process was to die. */
export class NotThere extends Data.TaggedError("NotThere")<{
  readonly cases: ReadonlyArray<string>
  readonly output: string
}> {
  override get message(): string {
    return [...this.cases, this.output].join("\n")
  }
}

/** A server gets as far as it is to get with every case, and is killed. */
export const liveAndDie = Effect.fnUntraced(function* (acts: ReadonlyArray<Act>, environment: Record<string, string>) {
  const { tasks } = yield* UpstreamSimulator
  const steps: typeof Steps.Type = Object.fromEntries(
    acts.flatMap(({ life, one }) => (life.last === undefined ? [] : [[one.id, life.last]]))
  )
  const server = yield* ServerProcess.serve({ ...environment, CRASH_STEPS: JSON.stringify(steps) }, "--import", hook)
  const url = yield* server.listening
  const answered = new Set<string>()
  yield* Effect.forEach(acts, ({ life, one }) =>
    clients[life.client](url, one).pipe(
      Effect.andThen(Effect.sync(() => answered.add(one.id))),
      Effect.ignore,
      Effect.forkScoped
    )
  )
  const arrived = Effect.gen(function* () {
    const output = yield* server.output
    const upstream = new Set((yield* tasks).map(({ id }) => id))
    const isThere = {
      server: (id: string) => output.includes(`reached ${id}`),
      client: (id: string) => answered.has(id),
      upstream: (id: string) => upstream.has(id)
    }
    const missing = acts.filter(({ life, one }) => !isThere[life.seenBy](one.id))
    if (missing.length > 0) {
      return yield* new NotThere({ cases: missing.map(({ one }) => one.name), output })
    }
  })
  yield* Effect.retry(arrived, Schedule.spaced("50 millis").pipe(Schedule.upTo({ duration: "30 seconds" })))
  yield* server.kill
}, Effect.scoped)

const hook = fileURLToPath(new URL("Hook.ts", import.meta.url))

const clients: Record<Life["client"], (url: string, one: Case) => Effect.Effect<unknown, unknown>> = {
  orders: Client.order,
  insists: (url, one) => Effect.retry(Client.order(url, one), { while: ({ _tag }) => _tag === "Refused", times: 3 }),
  asks: (url, { id }) => Client.taskOf(url, id),
  none: () => Effect.never
}
