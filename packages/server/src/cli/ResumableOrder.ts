import type { AspectRatio } from "@scnmnt/core/AspectRatio"
import type { Fingerprint } from "@scnmnt/core/Fingerprint"
import type { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"
import type { Prompt } from "@scnmnt/core/Prompt"
import * as Sha256 from "@scnmnt/core/Sha256"
import { Effect, Option, Path, Schema } from "effect"
import { Hex } from "effect/encoding"
import * as Failures from "../api/Failures.ts"
import type { Order } from "../client/Client.ts"
import { exitCodes } from "./CommandFailed.ts"
import * as References from "./References.ts"
import { Screen } from "./Screen.ts"
import * as Session from "./Session.ts"
import { State } from "./State.ts"
import * as Translation from "./Translation.ts"

/** An order as it is given on the command line. */
export interface Wish {
  readonly server: string
  readonly account: Option.Option<Fingerprint>
  readonly prompt: Prompt
  readonly size: AspectRatio
  /** Paths. */
  readonly references: ReadonlyArray<string>
  readonly output: Option.Option<string>
  readonly key: Option.Option<IdempotencyKey>
}

/** An order under a key that a repeat of the command has too. */
export interface ResumableOrder extends Order {
  /** Whether the key is its giver's own: then nothing but another one makes a new order. */
  readonly isNamed: boolean
  /** Says that a repeat of the command is to be a new order. */
  readonly done: Effect.Effect<void>
}

/**
 * The order that a command means. Without a key of its own it gets one that is kept until the order is done; the same
 * command, reference bytes, server and place for the picture included, finds it again.
 */
export const of = Effect.fnUntraced(function* (wish: Wish) {
  const references = yield* References.read(wish.references)
  const fingerprint = yield* Session.accountOf(wish.account)
  const form = { prompt: wish.prompt, size: wish.size, fingerprint }
  if (Option.isSome(wish.key)) {
    return { form, references, key: wish.key.value, isNamed: true, done: Effect.void } satisfies ResumableOrder
  }
  const { resolve } = yield* Path.Path
  const place = Option.match(wish.output, { onNone: () => "", onSome: (path) => (path === "-" ? path : resolve(path)) })
  const contents = yield* Effect.forEach(references, digest)
  const { done, key } = yield* State.use(({ order }) =>
    order([wish.server, fingerprint, wish.prompt, wish.size, place, ...contents])
  )
  return { form, references, key, isNamed: false, done } satisfies ResumableOrder
})

const digest = (file: File) =>
  Effect.promise(() => file.arrayBuffer()).pipe(
    Effect.flatMap((bytes) => Effect.orDie(Sha256.ofBytes(new Uint8Array(bytes)))),
    Effect.map(Hex.encode)
  )

/** Says of whatever stops a command on the way that its order is not lost. */
export const resumable =
  (server: string) =>
  <A, E, R>(fulfilment: Effect.Effect<A, E, R>) =>
    fulfilment.pipe(
      Effect.mapError(Translation.ofError(server)),
      Effect.mapError((failed) =>
        failed._tag === "CommandFailed" && passing.includes(failed.exitCode) ? failed.adding(comfort) : failed
      ),
      Effect.onInterrupt(() => Screen.use(({ note }) => note(`Interrupted. ${comfort}`)))
    )

const passing: ReadonlyArray<number> = [exitCodes.unreachable, exitCodes.busy]
const comfort = "The same command picks the order up where it is, and is not charged twice."

/** Says of a picture that is paid for and can't be had what becomes of its order. One that is gone for good ends it. */
export const pictureOf =
  ({ done, isNamed }: ResumableOrder) =>
  <A, E, R>(picture: Effect.Effect<A, E | Lost, R>) =>
    Effect.catchIf(picture, isLost, (failure) => {
      const failed = Translation.ofFailure(failure)
      if (failure._tag !== "ImageGone") return Effect.fail(failed.adding(kept))
      return Effect.andThen(done, Effect.fail(failed.adding(isNamed ? "Another --key makes a new order." : over)))
    })

const Lost = Schema.Union([Failures.ImageGone, Failures.ImageTooLarge, Failures.UpstreamFailed])
type Lost = typeof Lost.Type
const isLost = Schema.is(Lost)

const over = "The same command is now a new order."
const kept = "It is paid for: the same command asks for it again, and another --key makes a new order."
