import { assert, describe, it } from "@effect/vitest"
import { Rejected, type SubmitError, Unavailable, UnknownOutcome } from "@scnmnt/core/ports/ImageUpstream"
import type { RefundReason } from "@scnmnt/core/Spend"
import * as Submission from "../src/Submission.ts"
import { Verdict } from "../src/SubmissionPlan.ts"
import { loseAnswer, refuse, TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { Effect, Exit } from "effect"
import { callsMade, gapsBetween, inTime, request, taskId } from "./support.ts"
import { always, busy, down, lost, missing, queued, rejected } from "./turns.ts"

const id = taskId(1)
const submit = inTime(Submission.submit(id, request, false))
const upstream = TestImageUpstream

const notAccepted = (last: SubmitError["reason"], reason: RefundReason) =>
  Exit.succeed(Verdict.cases.NotAccepted.make({ last, reason }))
const accepted = Exit.succeed(Verdict.cases.Accepted.make({ task: queued }))
const unknown = Exit.succeed(Verdict.cases.Unknown.make({}))

const rejection = new Rejected({ because: "request" })
const refusal = new Unavailable({})

/** What the tries meet, what the look-ups bring if not the truth, every call, and the verdict. */
const outcomes = [
  { what: "accepted", submits: [], calls: "S", verdict: accepted },
  { what: "accepted after a refusal", submits: [busy], calls: "SS", verdict: accepted },
  { what: "accepted after a lost answer", submits: [loseAnswer], calls: "SS", verdict: accepted },
  { what: "rejected", submits: [rejected], calls: "S", verdict: notAccepted(rejection, "rejected") },
  {
    what: "rejected after a refusal",
    submits: [busy, rejected],
    calls: "SS",
    verdict: notAccepted(rejection, "rejected")
  },
  { what: "rejected while the first one runs", submits: [loseAnswer, rejected], calls: "SSL", verdict: accepted },
  {
    what: "rejected after an unknown outcome, and missing",
    submits: [lost, rejected],
    calls: "SSLL",
    verdict: notAccepted(rejection, "rejected")
  },
  {
    what: "rejected after an unknown outcome, and the look-up fails",
    submits: [lost, rejected],
    lookUps: [down],
    calls: "SSL",
    verdict: unknown
  },
  {
    what: "refused to the end, and missing",
    submits: always(busy),
    calls: "SSSSSSLL",
    verdict: notAccepted(refusal, "unavailable")
  },
  {
    what: "refused to the end, and the look-up fails",
    submits: always(busy),
    lookUps: [down],
    calls: "SSSSSSL",
    verdict: notAccepted(refusal, "unavailable")
  },
  { what: "never answered, and there", submits: always(loseAnswer), calls: "SSSSSSL", verdict: accepted },
  {
    what: "never answered, and there at the second look",
    submits: always(loseAnswer),
    lookUps: [missing],
    calls: "SSSSSSLL",
    verdict: accepted
  },
  {
    what: "never answered, and missing",
    submits: always(lost),
    calls: "SSSSSSLL",
    verdict: notAccepted(new UnknownOutcome(), "not-accepted")
  },
  {
    what: "never answered, missing once, then the look-up fails",
    submits: always(lost),
    lookUps: [missing, down],
    calls: "SSSSSSLL",
    verdict: unknown
  },
  {
    what: "refused after an unknown outcome, and missing",
    submits: [lost, ...always(busy)],
    calls: "SSSSSSLL",
    verdict: notAccepted(refusal, "not-accepted")
  },
  {
    what: "refused after an unknown outcome, and the look-up fails",
    submits: [lost, ...always(busy)],
    lookUps: [down],
    calls: "SSSSSSL",
    verdict: unknown
  }
]

describe("a submission", () => {
  it.effect.each(outcomes)("$what", ({ submits, lookUps = [], calls, verdict }) =>
    Effect.gen(function* () {
      yield* upstream.use(({ nextSubmits }) => nextSubmits(...submits))
      yield* upstream.use(({ nextLookUps }) => nextLookUps(...lookUps))
      assert.deepStrictEqual(yield* submit, verdict)
      assert.strictEqual(yield* callsMade, calls)
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )

  it.effect("is missing when it is so twice, 3 seconds apart", () =>
    Effect.gen(function* () {
      yield* upstream.use(({ nextSubmits }) => nextSubmits(lost, rejected))
      yield* submit
      assert.deepStrictEqual(yield* gapsBetween("LookUp"), [3000])
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )

  it.effect("that may repeat an earlier one is not believed to be rejected", () =>
    Effect.gen(function* () {
      yield* upstream.use(({ set }) => set(id, queued))
      yield* upstream.use(({ nextSubmits }) => nextSubmits(rejected))
      assert.deepStrictEqual(yield* inTime(Submission.submit(id, request, true)), accepted)
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )

  it.effect("is rejected in the upstream's own words", () =>
    Effect.gen(function* () {
      const denial = new Rejected({ because: "access" })
      yield* upstream.use(({ nextSubmits }) => nextSubmits(refuse(denial)))
      assert.deepStrictEqual(yield* submit, notAccepted(denial, "rejected"))
    }).pipe(Effect.provide(TestImageUpstream.layer))
  )
})
