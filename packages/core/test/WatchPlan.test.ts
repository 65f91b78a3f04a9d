import { assert, describe, it } from "@effect/vitest"
import { LookUpError, type UpstreamTask } from "@scnmnt/core/ports/ImageUpstream"
import { SpendState, type Spend } from "@scnmnt/core/Spend"
import * as WatchPlan from "@scnmnt/core/WatchPlan"
import { DateTime, Duration, Option, Result } from "effect"
import { account, taskId } from "./support.ts"
import { failed, queued, running, succeeded, withoutImage } from "./turns.ts"

const policy: WatchPlan.WatchPolicy = {
  pollInterval: Duration.seconds(2),
  missingGrace: Duration.seconds(60),
  deadline: Duration.minutes(30),
  lease: Duration.seconds(30)
}

/** A time in seconds after the spend was opened. */
const at = (seconds: number) => DateTime.makeUnsafe(seconds * 1000)

const spend: Spend = {
  taskId: taskId(1),
  account,
  requestHash: "hash",
  mode: "text",
  size: "1:1",
  state: SpendState.cases.Open.make({}),
  opening: 1,
  lease: { holder: "me", until: at(30) },
  createdAt: at(0),
  updatedAt: at(0)
}

const finds = (task: UpstreamTask): WatchPlan.Sighting => Result.succeed(Option.some(task))
const nothing: WatchPlan.Sighting = Result.succeed(Option.none())
const noAnswer: WatchPlan.Sighting = Result.fail(new LookUpError())

describe("WatchPlan.interval", () => {
  it.each([
    { age: 0, seconds: 2 },
    { age: 30, seconds: 2 },
    { age: 45, seconds: 3 },
    { age: 300, seconds: 20 },
    { age: 450, seconds: 30 },
    { age: 1800, seconds: 30 },
    { age: -10, seconds: 2 }
  ])("of a task $age s old is $seconds s", ({ age, seconds }) => {
    assert.deepStrictEqual(WatchPlan.interval(policy, spend, at(age)), Duration.seconds(seconds))
  })
})

describe("WatchPlan.isDue", () => {
  it.each([
    { what: "one never looked up", last: undefined, asked: undefined, now: 0, expected: true },
    { what: "a young one, an interval later", last: 10, asked: undefined, now: 12, expected: true },
    { what: "a young one, in the nearest round before", last: 10, asked: undefined, now: 11, expected: true },
    { what: "a young one, sooner", last: 10, asked: undefined, now: 10.9, expected: false },
    { what: "an old one, an interval later", last: 1000, asked: undefined, now: 1030, expected: true },
    { what: "an old one, sooner", last: 1000, asked: undefined, now: 1028.9, expected: false },
    { what: "an old one that was asked for just now", last: 1000, asked: 1001, now: 1002, expected: true },
    { what: "an old one that was asked for lately", last: 1000, asked: 988, now: 1002, expected: true },
    { what: "an old one that was asked for long ago", last: 1000, asked: 987, now: 1002, expected: false },
    { what: "an old one at its deadline", last: 1799, asked: undefined, now: 1800, expected: true },
    { what: "an old one just before it", last: 1798, asked: undefined, now: 1799, expected: false }
  ])("$what: $expected", ({ last, asked, now, expected }) => {
    const task = {
      spend,
      lookedUpAt: last === undefined ? undefined : at(last),
      askedAt: asked === undefined ? undefined : at(asked)
    }
    assert.strictEqual(WatchPlan.isDue(policy, task, at(now)), expected)
  })
})

describe("WatchPlan.isDueElsewhere", () => {
  it.each([
    { what: "one that nobody asks for", last: undefined, asked: undefined, now: 10, expected: false },
    { what: "one at first sight", last: undefined, asked: 10, now: 10, expected: true },
    { what: "a new one, an interval later", last: 1, asked: 2, now: 3, expected: true },
    { what: "one of 10 s, 8 s later", last: 10, asked: 18, now: 18, expected: false },
    { what: "one of 10 s, once it is twice as old", last: 10, asked: 20, now: 20, expected: true },
    { what: "an old one, sooner than at its own pace", last: 1000, asked: 1028, now: 1028, expected: false },
    { what: "an old one, at its own pace", last: 1000, asked: 1030, now: 1030, expected: true },
    { what: "one that was asked for long ago", last: 10, asked: 45, now: 60, expected: false },
    {
      what: "one past its deadline, which is its follower's to keep",
      last: 1799,
      asked: 1800,
      now: 1801,
      expected: false
    }
  ])("$what: $expected", ({ last, asked, now, expected }) => {
    const task = {
      spend,
      lookedUpAt: last === undefined ? undefined : at(last),
      askedAt: asked === undefined ? undefined : at(asked)
    }
    assert.strictEqual(WatchPlan.isDueElsewhere(policy, task, at(now)), expected)
  })
})

describe("WatchPlan.isElsewhere", () => {
  it.each([
    { what: "another's lease", holder: "another", now: 29, expected: true },
    { what: "another's that ran out", holder: "another", now: 30, expected: false },
    { what: "this process' own", holder: "me", now: 29, expected: false }
  ])("$what: $expected", ({ holder, now, expected }) => {
    const one = { ...spend, lease: { holder, until: at(30) } }
    assert.strictEqual(WatchPlan.isElsewhere(one, "me", at(now)), expected)
  })
})

describe("WatchPlan.backOff", () => {
  it.each([
    { rounds: 1, seconds: 4 },
    { rounds: 2, seconds: 8 },
    { rounds: 3, seconds: 16 },
    { rounds: 4, seconds: 30 },
    { rounds: 1000, seconds: 30 },
    { rounds: 10_000, seconds: 30 }
  ])("after $rounds blind rounds is $seconds s", ({ rounds, seconds }) => {
    assert.deepStrictEqual(WatchPlan.backOff(policy, rounds), Duration.seconds(seconds))
  })
})

describe("WatchPlan.remember", () => {
  it.each([
    { what: "a task", before: WatchPlan.unseen, sighting: finds(queued), after: seen },
    { what: "no answer", before: absent(1, 5, true), sighting: noAnswer, after: unanswered(1, absent(1, 5, true)) },
    { what: "no answer, again", before: unanswered(1, seen), sighting: noAnswer, after: unanswered(2, seen) },
    { what: "nothing after no answer", before: unanswered(2, seen), sighting: nothing, after: absent(1, 100, true) },
    { what: "a task after no answer", before: unanswered(2, seen), sighting: finds(queued), after: seen },
    { what: "nothing, at first", before: WatchPlan.unseen, sighting: nothing, after: absent(1, 100, false) },
    { what: "nothing, again", before: absent(1, 5, false), sighting: nothing, after: absent(2, 5, false) },
    { what: "nothing after a task", before: seen, sighting: nothing, after: absent(1, 100, true) },
    { what: "a task after nothing", before: absent(7, 5, false), sighting: finds(running), after: seen }
  ])("$what", ({ before, sighting, after }) => {
    assert.deepStrictEqual(WatchPlan.remember(before, sighting, at(100)), after)
  })
})

describe("WatchPlan.judge", () => {
  const open = "Open"
  it.each([
    { what: "queued", sighting: finds(queued), history: seen, now: 100, is: open },
    { what: "running", sighting: finds(running), history: seen, now: 1799, is: open },
    { what: "running, overdue", sighting: finds(running), history: seen, now: 1800, is: "timed-out" },
    { what: "succeeded", sighting: finds(succeeded), history: seen, now: 100, is: "Settled" },
    { what: "succeeded, overdue", sighting: finds(succeeded), history: seen, now: 9999, is: "Settled" },
    { what: "succeeded, no image", sighting: finds(withoutImage), history: seen, now: 100, is: "no-image" },
    { what: "failed", sighting: finds(failed), history: seen, now: 100, is: "failed" },
    { what: "failed, overdue", sighting: finds(failed), history: seen, now: 9999, is: "failed" },
    { what: "no answer", sighting: noAnswer, history: WatchPlan.unseen, now: 1799, is: open },
    { what: "no answer twice", sighting: noAnswer, history: unanswered(2, seen), now: 1799, is: open },
    { what: "no answer, overdue", sighting: noAnswer, history: unanswered(1, seen), now: 9999, is: open },
    { what: "no answer twice, overdue", sighting: noAnswer, history: unanswered(2, seen), now: 1800, is: "timed-out" },
    { what: "absent once, past the grace", sighting: nothing, history: absent(1, 30, false), now: 100, is: open },
    { what: "absent twice, within the grace", sighting: nothing, history: absent(2, 41, false), now: 100, is: open },
    {
      what: "absent twice, past the grace",
      sighting: nothing,
      history: absent(2, 40, false),
      now: 100,
      is: "not-accepted"
    },
    { what: "absent, seen before", sighting: nothing, history: absent(2, 40, true), now: 100, is: "missing" },
    {
      what: "absent, overdue, within the grace",
      sighting: nothing,
      history: absent(2, 1790, true),
      now: 1800,
      is: "timed-out"
    }
  ])("$what after $now s: $is", ({ sighting, history, now, is }) => {
    const state = WatchPlan.judge(policy, spend, sighting, history, at(now))
    assert.strictEqual(state._tag === "Refunded" ? state.reason : state._tag, is)
  })
})

describe("WatchPlan.endedByNow", () => {
  it("is the deadline and the longest interval ago", () => {
    assert.deepStrictEqual(WatchPlan.endedByNow(policy, at(2000)), at(2000 - 1800 - 30))
  })
})

const seen: WatchPlan.History = { seen: true, absence: undefined, unanswered: 0 }

function absent(lookUps: number, since: number, seen: boolean): WatchPlan.History {
  return { seen, absence: { since: at(since), lookUps }, unanswered: 0 }
}

function unanswered(lookUps: number, history: WatchPlan.History): WatchPlan.History {
  return { ...history, unanswered: lookUps }
}
