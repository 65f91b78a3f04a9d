import { createHash } from "node:crypto"
import { Fingerprint } from "@scnmnt/core/Fingerprint"
import { IdempotencyKey } from "@scnmnt/core/IdempotencyKey"
import { Prompt } from "@scnmnt/core/Prompt"
import type { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import { Context, Duration, Effect, type Scope } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import type { Chance } from "./Chance.ts"
import { ModelUpstream, type Outcome } from "./ModelUpstream.ts"
import { Oracle } from "./Oracle.ts"
import type { World } from "./Process.ts"

export const accounts = [Fingerprint.make("account-1"), Fingerprint.make("account-2")] as const
export const keys = [IdempotencyKey.make("a"), IdempotencyKey.make("b"), IdempotencyKey.make("c")]
export const prompt = Prompt.make("a red fox")
export const otherPrompt = Prompt.make("a blue fox")

/** Books that outlive processes; each run opens one more node on them. */
export type Books = Effect.Effect<QuotaStore["Service"], unknown, Scope.Scope>

/** A world in which every answer is by chance. */
export const random = Effect.fnUntraced(function* (
  node: Books,
  chance: Chance
): Effect.fn.Return<World, unknown, Scope.Scope> {
  const trouble = { store: 0, lastAt: Number.NEGATIVE_INFINITY }
  const isSlow = chance.happens(0.3)
  return {
    node,
    auditor: yield* node,
    oracle: new Oracle(),
    upstream: new ModelUpstream(() => chance.among(outcomes, "accepted"), isSlow ? latency(chance) : Effect.void),
    policy: {
      pollInterval: Duration.seconds(chance.happens(0.1) ? 4 : 10),
      missingGrace: Duration.seconds(20),
      deadline: Duration.seconds(100),
      lease: Duration.seconds(30)
    },
    trouble,
    storeFault: () => (chance.happens(trouble.store) ? (chance.happens(0.5) ? "fails" : "done, answer lost") : "none"),
    tools: tools((size) => Uint8Array.from({ length: size }, () => chance.below(256)))
  }
})

/** A world that goes as it is told. */
export const scripted = Effect.fnUntraced(function* (
  node: Books,
  outcome: () => Outcome
): Effect.fn.Return<World, unknown, Scope.Scope> {
  let ids = 0
  return {
    node,
    auditor: yield* node,
    oracle: new Oracle(),
    upstream: new ModelUpstream(outcome),
    policy: {
      pollInterval: Duration.seconds(4),
      missingGrace: Duration.seconds(20),
      deadline: Duration.seconds(180),
      lease: Duration.seconds(30)
    },
    trouble: { store: 0, lastAt: Number.NEGATIVE_INFINITY },
    storeFault: () => "none",
    tools: tools((size) => Uint8Array.from({ length: size }, () => ids++))
  }
})

/** SHA-256 without the real wait that WebCrypto brings, and ids that the seed decides. */
export const tools = (randomBytes: (size: number) => Uint8Array) =>
  Context.make(SecureRandom.SecureRandom, SecureRandom.make(randomBytes)).pipe(
    Context.add(Digest.Digest, {
      digest: (_, data) => Effect.sync(() => createHash("sha256").update(data).digest()),
      digestHex: (_, data) => Effect.sync(() => createHash("sha256").update(data).digest("hex"))
    })
  )

const outcomes: ReadonlyArray<readonly [Outcome, number]> = [
  ["accepted", 30],
  ["accepted, answer lost", 8],
  ["accepted later, answer lost", 3],
  ["lost", 6],
  ["rejected", 6],
  ["denied", 2],
  ["busy", 8],
  ["busy for 5 seconds", 2],
  ["painted at once", 3],
  ["failed at once", 3]
]

/** Mostly none; at times long enough for a spend's lease to run out meanwhile. */
const latency = (chance: Chance) =>
  Effect.suspend(() =>
    chance.happens(0.7) ? Effect.void : Effect.sleep(Duration.seconds(chance.happens(0.9) ? chance.next() : 20))
  )
