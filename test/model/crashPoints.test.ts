import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Audit from "@scnmnt/core/Audit"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import type { UpstreamTask } from "@scnmnt/core/ports/ImageUpstream"
import type { TaskId } from "@scnmnt/core/TaskId"
import { DateTime, Duration, Effect } from "effect"
import { TestClock } from "effect/testing"
import { nodeOf } from "../contracts/quota-store/TestBooks.ts"
import * as Client from "./Client.ts"
import { aTurn } from "./histories.ts"
import { failed, imageless, type ModelUpstream, type Outcome, painted, queued, running } from "./ModelUpstream.ts"
import { nameOf } from "./Oracle.ts"
import * as Process from "./Process.ts"
import { onTestClock } from "./run.ts"
import * as World from "./World.ts"

/** How submissions go, the last outcome for all that follow, and what becomes of a task that was taken. */
interface Course {
  readonly submits: readonly [Outcome, ...ReadonlyArray<Outcome>]
  readonly comesTo?: UpstreamTask | "forgotten" | "down"
}

const courses: ReadonlyArray<Course> = [
  { submits: ["accepted"], comesTo: painted },
  { submits: ["accepted"], comesTo: failed },
  { submits: ["accepted"], comesTo: imageless },
  { submits: ["accepted"], comesTo: running },
  { submits: ["accepted"], comesTo: "forgotten" },
  { submits: ["accepted"], comesTo: "down" },
  { submits: ["accepted, answer lost", "rejected"], comesTo: painted },
  { submits: ["accepted, answer lost", "rejected"], comesTo: failed },
  { submits: ["accepted, answer lost", "busy"], comesTo: painted },
  { submits: ["accepted, answer lost", "accepted"], comesTo: painted },
  { submits: ["lost", "accepted"], comesTo: painted },
  { submits: ["lost", "rejected"] },
  { submits: ["lost"] },
  { submits: ["rejected"] },
  { submits: ["denied"] },
  { submits: ["busy", "accepted"], comesTo: painted },
  { submits: ["busy"] },
  { submits: ["painted at once"] },
  { submits: ["failed at once"] }
]

/** The order, 20 seconds of its submission at the most, and a lease's time of being followed. */
const tens = 6

/** One order in a process that dies at this moment of its life, and then another process; as long as it takes. */
const live = Effect.fnUntraced(function* ({ submits, comesTo }: Course, last: number, repeats: boolean) {
  const memory = MemoryQuotaStore.empty()
  const left = [...submits]
  const world = yield* World.scripted(nodeOf(MemoryQuotaStore.layer(memory)), () =>
    left.length > 1 ? (left.shift() ?? submits[0]) : (left[0] ?? submits[0])
  )
  const { oracle, upstream, policy } = world
  const order = {
    account: World.accounts[0],
    idempotencyKey: World.keys[0],
    request: { prompt: World.prompt, size: "1:1", references: [] }
  } as const

  const first = yield* Process.start(world)
  yield* Client.checkIn(first, order.account)
  yield* TestClock.adjust(0)
  first.fate.last = first.fate.moments + last
  yield* Client.order(oracle, first, order)
  let hasDied = false
  for (let ten = 0; ten < tens; ten++) {
    yield* TestClock.adjust("10 seconds")
    for (const id of upstream.tasks.keys()) goOn(upstream, id, comesTo)
    if (first.fate.isAlive || hasDied) continue
    hasDied = true
    yield* first.kill
    const second = yield* Process.start(world)
    if (repeats) yield* Client.order(oracle, second, order)
  }
  first.fate.last = Number.POSITIVE_INFINITY
  yield* TestClock.adjust("10 seconds")
  for (const id of upstream.tasks.keys()) goOn(upstream, id, comesTo)
  yield* TestClock.adjust(Duration.sum(policy.deadline, Duration.seconds(60)))

  for (const [id, { state }] of oracle.charges) {
    oracle.check(rightEnds(upstream, id).includes(nameOf(state)), () => `${id} is ${nameOf(state)}`)
  }
  const audit = yield* world.auditor.audit(DateTime.subtractDuration(yield* DateTime.now, policy.deadline))
  oracle.check(Audit.isClean(audit), () => JSON.stringify(audit))
  oracle.check(audit.balance === oracle.balance(order.account), () => `${audit.balance} credits left`)
  return { violations: oracle.violations, hasDied }
})

const goOn = (upstream: ModelUpstream, id: TaskId, comesTo: Course["comesTo"]) => {
  if (comesTo === "down") upstream.isDown = true
  else if (comesTo === "forgotten") upstream.tasks.delete(id)
  else if (comesTo !== undefined && upstream.tasks.get(id) === queued) upstream.set(id, comesTo)
}

/** How a charge may have ended, by what the upstream has to say at last. */
const rightEnds = (upstream: ModelUpstream, id: TaskId): ReadonlyArray<string> => {
  if (upstream.isDown) return ["Refunded timed-out", "Refunded not-accepted", "Refunded unavailable"]
  switch (upstream.tasks.get(id)?._tag) {
    case "Succeeded":
      return upstream.wasEver(id, painted) ? ["Settled"] : ["Refunded no-image"]
    case "Failed":
      return ["Refunded failed"]
    case "Queued":
    case "Running":
      return ["Refunded timed-out"]
    case undefined:
      return upstream.pasts.has(id)
        ? ["Refunded missing", "Refunded not-accepted"]
        : ["Refunded not-accepted", "Refunded rejected", "Refunded unavailable"]
  }
}

const nameOfCourse = ({ submits, comesTo }: Course) =>
  [...submits, ...(comesTo === undefined ? [] : [typeof comesTo === "string" ? comesTo : comesTo._tag])].join(", then ")

let allDeaths = 0
afterAll(() => void process.stdout.write(`${allDeaths} deaths, at each moment of ${courses.length} courses\n`))

describe.each([{ repeats: false }, { repeats: true }])(
  "dying, and the client repeats its order: $repeats",
  ({ repeats }) => {
    it.live.each(courses.map((course) => ({ name: nameOfCourse(course), course })))(
      "after any step of an order and of the watcher's rounds: $name",
      ({ course }) =>
        Effect.gen(function* () {
          let deaths = 0
          for (let last = 1; ; last++) {
            const { hasDied, violations } = yield* onTestClock(live(course, last, repeats), last)
            assert.deepStrictEqual(violations, [], `died at moment ${last}`)
            yield* aTurn
            if (!hasDied) break
            deaths += 1
          }
          // Its spend, its submission, its end, each with a moment before and one after; and the rounds in between.
          assert.isAtLeast(deaths, 20)
          allDeaths += deaths
        }),
      120_000
    )
  }
)
