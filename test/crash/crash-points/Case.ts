import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"
import * as TaskId from "@scnmnt/core/TaskId"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { Digest } from "effect/crypto"
import type { Course } from "./Course.ts"
import type { CrashPoint } from "./CrashPoints.ts"

/** One task that a crash meets. */
export interface Case {
  readonly name: string
  readonly point: CrashPoint
  readonly course: Course
  /** Whether its client orders again with the same key as soon as there is a server; if not, nobody asks for it. */
  readonly repeats: boolean
  readonly id: string
  readonly account: string
  readonly key: string
  readonly prompt: string
}

export type End = "Settled" | "Refunded"

/** Each crash point with every course that the upstream can take there. */
export const of = (points: ReadonlyArray<CrashPoint>) =>
  Effect.forEach(
    points.flatMap((point) =>
      point.courses.flatMap((course) => [true, false].map((repeats) => ({ point, course, repeats })))
    ),
    Effect.fnUntraced(function* ({ course, point, repeats }) {
      const name = `${point.name}; upstream: ${course.name}; ${repeats ? "repeated" : "left alone"}`
      const account = Fingerprint.make(name.replaceAll(/[^a-z]+/g, "-"))
      const key = IdempotencyKey.make("the-one-order")
      const id = yield* TaskId.derive(account, key)
      return { name, point, course, repeats, id, account, key, prompt: `A fox. ${name}.` } satisfies Case
    })
  ).pipe(Effect.provide(Digest.layerWebCrypto))

/** Has the upstream play its part. */
export const stage = Effect.fnUntraced(function* ({ course, point, prompt }: Case) {
  const { play } = yield* UpstreamSimulator
  yield* Effect.forEach([...point.answers, course.fate], (fault) => play(fault, { when: { prompt } }))
})

/** How its spend ends when nobody asks for it. */
export const endAlone = ({ course, point }: Case): End =>
  point.ended ?? (point.submitted && !course.forgotten && !course.fails ? "Settled" : "Refunded")

/** How it has ended once its client has ordered again: an image, unless the upstream will not make it. */
export const endRepeated = ({ course }: Case): End => (course.fails ? "Refunded" : "Settled")

/** How it ends when the upstream is never seen again. */
export const endWithoutUpstream = ({ point }: Case): End => point.ended ?? "Refunded"
