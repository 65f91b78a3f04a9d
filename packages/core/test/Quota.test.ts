import { assert, describe, it } from "@effect/vitest"
import * as MemoryQuotaStore from "@scnmnt/core/MemoryQuotaStore"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import * as Quota from "@scnmnt/core/Quota"
import { DateTime, Effect } from "effect"
import { TestClock } from "effect/testing"
import { account, taskId } from "./support.ts"

const at = (time: string) => TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe(time)))
const policy = (zone = "UTC") => ({ dailyGrant: 10, cap: 100, timeZone: DateTime.zoneMakeNamedUnsafe(zone) })
const checkIn = Quota.checkIn(account)
const status = Quota.status(account)

/** The last moment of a day and the first of the next, in UTC. */
const midnights = [
  { zone: "UTC", before: "2026-11-23T23:59:59.999Z", after: "2026-11-24T00:00:00.000Z" },
  { zone: "Asia/Shanghai", before: "2026-11-23T15:59:59.999Z", after: "2026-11-23T16:00:00.000Z" },
  { zone: "America/St_Johns", before: "2026-11-24T03:29:59.999Z", after: "2026-11-24T03:30:00.000Z" },
  { zone: "Europe/Berlin", before: "2026-10-25T22:59:59.999Z", after: "2026-10-25T23:00:00.000Z" },
  { zone: "Pacific/Kiritimati", before: "2026-12-31T09:59:59.999Z", after: "2026-12-31T10:00:00.000Z" }
]

describe("a day", () => {
  it.effect.each(midnights)("begins at midnight in $zone: $after", ({ zone, before, after }) =>
    Effect.gen(function* () {
      yield* at(before)
      assert.deepInclude(yield* checkIn, { balance: 10, signedToday: true })
      assert.deepInclude(yield* checkIn, { balance: 10, signedToday: true })
      yield* at(after)
      assert.deepInclude(yield* status, { balance: 10, signedToday: false })
      assert.deepInclude(yield* checkIn, { balance: 20, signedToday: true })
    }).pipe(Effect.provideService(Quota.QuotaPolicy, policy(zone)), Effect.provide(MemoryQuotaStore.layer()))
  )

  it.effect("is UTC's if nobody says otherwise", () =>
    Effect.gen(function* () {
      yield* at("2026-11-23T23:59:59Z")
      yield* checkIn
      yield* at("2026-11-24T00:00:00Z")
      assert.deepStrictEqual(yield* status, { balance: 10, signedToday: false, cap: 100, dailyGrant: 10 })
    }).pipe(Effect.provide(MemoryQuotaStore.layer()))
  )

  it.effect("does not come a second time when the clock moves back over midnight", () =>
    Effect.gen(function* () {
      yield* at("2026-11-24T00:00:00Z")
      yield* checkIn
      yield* at("2026-11-23T23:59:59Z")
      assert.deepInclude(yield* checkIn, { balance: 10, signedToday: true })
    }).pipe(Effect.provide(MemoryQuotaStore.layer()))
  )
})

describe("the cap", () => {
  const days = (count: number) =>
    Effect.forEach(
      Array.from({ length: count }, (_, index) => index),
      () => Effect.andThen(TestClock.adjust("1 day"), checkIn)
    )

  it.effect("is where check-ins stop, and does not use up the day", () =>
    Effect.gen(function* () {
      const seen = yield* days(4)
      assert.deepStrictEqual(seen, [
        { balance: 10, signedToday: true, cap: 25, dailyGrant: 10 },
        { balance: 20, signedToday: true, cap: 25, dailyGrant: 10 },
        { balance: 25, signedToday: true, cap: 25, dailyGrant: 10 },
        { balance: 25, signedToday: false, cap: 25, dailyGrant: 10 }
      ])
      const store = yield* QuotaStore
      yield* store.spend({ taskId: taskId(1), account, requestHash: "hash", mode: "text", size: "1:1" })
      assert.deepInclude(yield* checkIn, { balance: 25, signedToday: true })
    }).pipe(
      Effect.provideService(Quota.QuotaPolicy, { ...policy(), cap: 25 }),
      Effect.provide(MemoryQuotaStore.layer())
    )
  )

  it.effect("is not a refund's: above it a credit comes back, and a check-in brings nothing", () =>
    Effect.gen(function* () {
      const store = yield* QuotaStore
      yield* days(1)
      yield* store.spend({ taskId: taskId(1), account, requestHash: "hash", mode: "text", size: "1:1" })
      yield* days(1)
      yield* store.refund({ taskId: taskId(1), opening: 1 }, "failed")
      assert.strictEqual((yield* status).balance, 11)
      assert.deepInclude((yield* days(1))[0], { balance: 11, signedToday: false })
    }).pipe(
      Effect.provideService(Quota.QuotaPolicy, { ...policy(), cap: 10 }),
      Effect.provide(MemoryQuotaStore.layer())
    )
  )
})
