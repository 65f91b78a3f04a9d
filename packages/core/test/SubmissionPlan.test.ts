import { assert, describe, it } from "@effect/vitest"
import { LookUpError, Rejected, Unavailable, UnknownOutcome, UpstreamTask } from "@scnmnt/core/ports/ImageUpstream"
import type { RefundReason } from "@scnmnt/core/Spend"
import { afterLookUp, afterTries, type Tries, Verdict } from "../src/SubmissionPlan.ts"
import { Option, Result } from "effect"

const rejected = new Rejected({ because: "request" })
const denied = new Rejected({ because: "access" })
const unavailable = new Unavailable({})
const unknown = new UnknownOutcome()

const task = UpstreamTask.cases.Running.make({})
const found = Result.succeed(Option.some(task))
const missing = Result.succeed(Option.none())
const impossible = Result.fail(new LookUpError())

const accepted = Verdict.cases.Accepted.make({ task })
const open = Verdict.cases.Unknown.make({})
const refund = (last: Tries["last"], reason: RefundReason) => Verdict.cases.NotAccepted.make({ last, reason })

describe("SubmissionPlan.afterTries", () => {
  it.each([
    { last: rejected, uncertain: false, decided: Option.some(refund(rejected, "rejected")) },
    { last: denied, uncertain: false, decided: Option.some(refund(denied, "rejected")) },
    { last: rejected, uncertain: true, decided: Option.none() },
    { last: denied, uncertain: true, decided: Option.none() },
    { last: unavailable, uncertain: false, decided: Option.none() },
    { last: unavailable, uncertain: true, decided: Option.none() },
    { last: unknown, uncertain: true, decided: Option.none() }
  ])("$last._tag, uncertain: $uncertain", ({ last, uncertain, decided }) => {
    assert.deepStrictEqual(afterTries({ last, uncertain }), decided)
  })
})

describe("SubmissionPlan.afterLookUp", () => {
  it.each([
    { last: unavailable, uncertain: false, ifMissing: "unavailable", ifImpossible: refund(unavailable, "unavailable") },
    { last: unavailable, uncertain: true, ifMissing: "not-accepted", ifImpossible: open },
    { last: unknown, uncertain: true, ifMissing: "not-accepted", ifImpossible: open },
    { last: rejected, uncertain: true, ifMissing: "rejected", ifImpossible: open },
    { last: denied, uncertain: true, ifMissing: "rejected", ifImpossible: open }
  ] as const)("$last._tag, uncertain: $uncertain", ({ last, uncertain, ifMissing, ifImpossible }) => {
    const tries = { last, uncertain }
    assert.deepStrictEqual(afterLookUp(tries, found), accepted)
    assert.deepStrictEqual(afterLookUp(tries, missing), refund(last, ifMissing))
    assert.deepStrictEqual(afterLookUp(tries, impossible), ifImpossible)
  })
})
