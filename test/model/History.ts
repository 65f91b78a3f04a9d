import * as Audit from "@scnmnt/core/Audit"
import type { Fingerprint } from "@scnmnt/core/Fingerprint"
import type { Order } from "@scnmnt/core/ImageGeneration"
import { TaskId } from "@scnmnt/core/TaskId"
import { Clock, DateTime, Duration, Effect } from "effect"
import { TestClock } from "effect/testing"
import type { Chance } from "./Chance.ts"
import * as Client from "./Client.ts"
import { failed, imageless, painted, queued, running } from "./ModelUpstream.ts"
import * as Process from "./Process.ts"
import { accounts, keys, otherPrompt, prompt } from "./World.ts"

/** The steps that a history is made of, each as likely as its weight. */
const weights = [
  ["order", 18],
  ["repeat", 14],
  ["read", 8],
  ["leave", 3],
  ["check in", 4],
  ["upstream moves", 24],
  ["outage", 2],
  ["wait", 24],
  ["kill", 3],
  ["doom", 8],
  ["start", 4],
  ["fold", 1],
  ["night", 0.3]
] as const
type Step = (typeof weights)[number][0]

/** A random history of one world, a step at a time; `told` is what was done. */
export const make = (world: Process.World, chance: Chance) => {
  const { oracle, upstream, auditor, policy } = world
  const told: Array<string> = []
  const orders: Array<Order> = []
  const errands: Array<Client.Errand> = []
  let processes: ReadonlyArray<Process.Process> = []

  const tell = (what: string) =>
    Effect.map(Clock.currentTimeMillis, (now) => void told.push(`${(now / 1000).toFixed(1)} s: ${what}`))
  const some = <A>(one: A | undefined, use: (one: A) => Effect.Effect<void>) =>
    one === undefined ? Effect.void : use(one)
  const living = () => processes.filter(({ fate }) => fate.isAlive)
  const nameOf = (process: Process.Process) => `node ${processes.indexOf(process) + 1}`

  const send = (what: string, order: Order) =>
    some(chance.pick(living()), (process) =>
      tell(
        `${order.account} ${what} "${order.request.prompt}" with key ${order.idempotencyKey} at ${nameOf(process)}`
      ).pipe(
        Effect.andThen(Client.order(oracle, process, order)),
        Effect.map((errand) => void errands.push(errand))
      )
    )
  const order = Effect.suspend(() => {
    const account = chance.pick(accounts) ?? accounts[0]
    const idempotencyKey = chance.happens(0.8) ? chance.pick(keys) : undefined
    const order = { account, idempotencyKey, request: { prompt, size: "1:1", references: [] } } as const
    if (idempotencyKey !== undefined) orders.push(order)
    return send("orders", order)
  })
  const repeat = Effect.suspend(() =>
    some(orders.at(-1 - chance.below(3)), (order) =>
      chance.happens(0.1)
        ? send("changes", { ...order, request: { ...order.request, prompt: otherPrompt } })
        : send("repeats", order)
    )
  )
  const read = Effect.suspend(() =>
    some(chance.pick(living()), (process) =>
      some(chance.pick([...oracle.charges.keys(), unknownTask]), (id) =>
        tell(`read ${id} from ${nameOf(process)}`).pipe(
          Effect.andThen(Client.read(oracle, process, id)),
          Effect.map((errand) => void errands.push(errand))
        )
      )
    )
  )
  const leave = Effect.suspend(() =>
    some(chance.pick(errands.filter(({ heard }) => heard === undefined)), ({ fiber }) =>
      Effect.andThen(
        tell("a client leaves"),
        Effect.sync(() => fiber.interruptUnsafe())
      )
    )
  )
  const grant = (account: Fingerprint) =>
    some(chance.pick(living()), (process) =>
      tell(`${account} checks in`).pipe(Effect.andThen(Client.checkIn(process, account)), Effect.asVoid)
    )
  const checkIn = Effect.suspend(() => grant(chance.pick(accounts) ?? accounts[0]))
  const unended = () => [...upstream.tasks].filter(([, task]) => task === queued || task === running).map(([id]) => id)
  const ends = [running, painted, painted, painted, failed, imageless]
  const upstreamMoves = Effect.suspend(() => {
    const what = chance.among(
      [
        ["ends", 20],
        ["forgets one", 2],
        ["forgets all", 0.5],
        ["restarts", 0.5]
      ],
      "ends"
    )
    const [id] = what === "ends" || what === "forgets one" ? [chance.pick(unended())] : []
    const moved = what === "ends" ? chance.pick(ends) : what === "restarts" ? failed : undefined
    const moving = what === "ends" || what === "forgets one" ? (id === undefined ? [] : [id]) : unended()
    for (const id of moving) {
      if (moved === undefined) upstream.tasks.delete(id)
      else upstream.set(id, moved)
    }
    return tell(`the upstream ${what}: ${moving.join(", ")} ${moved === undefined ? "" : JSON.stringify(moved)}`)
  })
  const outage = Effect.suspend(() => {
    if (chance.happens(0.5)) upstream.isDown = !upstream.isDown
    else world.trouble.store = world.trouble.store === 0 ? 0.2 : 0
    return Effect.andThen(
      Effect.map(Clock.currentTimeMillis, (now) => void (world.trouble.lastAt = now)),
      tell(`the upstream is ${upstream.isDown ? "down" : "up"}, ${world.trouble.store} of the store's calls fail`)
    )
  })
  const wait = Effect.suspend(() => {
    const how = chance.among(
      [
        ["a moment", 5],
        ["seconds", 4],
        ["a while", 1]
      ],
      "a moment"
    )
    const seconds = { "a moment": 1, seconds: 15, "a while": 90 }[how] * chance.next()
    return Effect.andThen(tell(`${how} passes`), TestClock.adjust(Duration.seconds(seconds)))
  })
  const kill = Effect.suspend(() =>
    some(chance.pick(living()), (process) => Effect.andThen(tell(`${nameOf(process)} is killed`), process.kill))
  )
  const doom = Effect.suspend(() =>
    some(chance.pick(living()), (process) => {
      process.fate.last = process.fate.moments + 1 + chance.below(12)
      return tell(`${nameOf(process)} will die at moment ${process.fate.last}`)
    })
  )
  const start = Effect.gen(function* () {
    if (living().length >= 2) return
    // One that died at its own moment is still to be buried.
    yield* Effect.forEach(processes, (process) => (process.fate.isAlive ? Effect.void : process.kill))
    processes = [...living(), yield* Process.start(world)]
    yield* tell(`a node starts, the ${processes.length}. of those alive`)
  })
  const fold = Effect.suspend(() =>
    some(chance.pick(living()), (process) =>
      tell("old spends are folded").pipe(Effect.andThen(Client.fold(process, "1 minute")), Effect.asVoid)
    )
  )
  /** Hours in which nothing runs: with processes alive each would cost hundreds of rounds. */
  const night = Effect.suspend(() =>
    tell("all nodes stop for hours").pipe(
      Effect.andThen(Effect.forEach(processes, ({ kill }) => kill)),
      Effect.andThen(TestClock.adjust(Duration.hours(1 + chance.below(40)))),
      Effect.andThen(start)
    )
  )
  const steps: Record<Step, Effect.Effect<void>> = {
    order,
    repeat,
    read,
    leave,
    "check in": checkIn,
    "upstream moves": upstreamMoves,
    outage,
    wait,
    kill,
    doom,
    start,
    fold,
    night
  }

  /** What holds at any time; the books' sums only where nothing is under way between them and the oracle. */
  const check = Effect.gen(function* () {
    const audit = yield* Effect.orDie(auditor.audit(DateTime.makeUnsafe(0)))
    oracle.check(audit.unbalanced.length === 0, () => `unbalanced: ${JSON.stringify(audit.unbalanced)}`)
    const sums = oracle.sums()
    const isEqual = audit.granted === sums.granted && audit.open === sums.open && audit.settled === sums.settled
    oracle.check(isEqual, () => `the books have ${JSON.stringify(audit)}, should be: ${JSON.stringify(sums)}`)
  })

  /** Lets the time run in which all must have come to its end, with the upstream there or gone for good. */
  const end = Effect.gen(function* () {
    yield* tell(`the end begins with ${living().length} nodes`)
    world.trouble.store = 0
    for (const { fate } of processes) fate.last = Number.POSITIVE_INFINITY
    if (living().length === 0) yield* start
    if (chance.happens(0.7)) unended().forEach((id) => upstream.set(id, chance.pick(ends) ?? painted))
    const begin = yield* Clock.currentTimeMillis
    const troubled = begin - world.trouble.lastAt < 300_000 || upstream.isDown
    // Who repeats an order while the first is on its way may be refused and give the credit back, as the rules have it.
    const isQuiet = errands.every(({ heard, process }) => heard !== undefined || !process.fate.isAlive)
    const surely = new Map(
      [...oracle.charges].filter(([id, { state, openedAt }]) => {
        const left = openedAt + Duration.toMillis(policy.deadline) - begin
        return state._tag === "Open" && isQuiet && !troubled && left > 65_000 && upstream.tasks.get(id) === painted
      })
    )
    yield* TestClock.adjust(Duration.sum(policy.deadline, Duration.seconds(70)))
    for (const [id, { state }] of oracle.charges) {
      oracle.check(state._tag !== "Open", () => `${id} is still open`)
      oracle.check(state._tag !== "Settled" || upstream.wasEver(id, painted), () => `${id} is settled with no image`)
      if (state._tag !== "Refunded") continue
      oracle.check(!surely.has(id), () => `${id} is ${state.reason}, and its image was there in time`)
      const isSo =
        state.reason === "failed"
          ? upstream.wasEver(id, failed)
          : state.reason !== "no-image" || upstream.wasEver(id, imageless)
      oracle.check(isSo, () => `${id} is ${state.reason} and never was so`)
    }
    yield* check
    const now = yield* DateTime.now
    const audit = yield* Effect.orDie(auditor.audit(DateTime.subtractDuration(now, policy.deadline)))
    oracle.check(Audit.isClean(audit), () => `the audit: ${JSON.stringify(audit)}`)
    yield* Effect.forEach(oracle.charges.keys(), (id) =>
      some(living()[0], (process) =>
        Effect.map(Client.read(oracle, process, id), (errand) => void errands.push(errand))
      )
    )
    yield* TestClock.adjust("1 minute")
    for (const { process, heard } of errands) {
      oracle.check(heard !== undefined || !process.fate.isAlive, () => "a living node owes an answer")
    }
    yield* Effect.forEach(processes, ({ kill }) => kill)
  })

  return {
    told,
    begin: Effect.andThen(start, Effect.forEach(accounts, grant)),
    step: Effect.suspend(() => steps[chance.among(weights, "wait")]),
    check,
    end
  }
}

const unknownTask = TaskId.make("00000000-0000-4000-8000-000000000000")
