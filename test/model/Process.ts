import * as SpendWatcher from "@scnmnt/core/SpendWatcher"
import { ImageUpstream } from "@scnmnt/core/ports/ImageUpstream"
import { QuotaStore } from "@scnmnt/core/ports/QuotaStore"
import type { SpendRequest, SpendState } from "@scnmnt/core/Spend"
import type { TaskId } from "@scnmnt/core/TaskId"
import { WatchPolicy } from "@scnmnt/core/WatchPlan"
import { Context, Duration, Effect, Exit, Layer, Scope } from "effect"
import type { Digest, SecureRandom } from "effect/crypto"
import { Fate } from "./Fate.ts"
import type { ModelUpstream } from "./ModelUpstream.ts"
import type { Oracle } from "./Oracle.ts"
import * as WatchedStore from "./WatchedStore.ts"

/** What outlives a process, and what the test knows of it all. */
export interface World {
  /** One more node on the books. */
  readonly node: Effect.Effect<QuotaStore["Service"], unknown, Scope.Scope>
  readonly upstream: ModelUpstream
  readonly oracle: Oracle
  readonly policy: WatchPolicy
  /** A node that belongs to no process. */
  readonly auditor: QuotaStore["Service"]
  /** How likely a call of the store is to fail, and when the upstream or a store last went or came back. */
  readonly trouble: { store: number; lastAt: number }
  readonly storeFault: () => WatchedStore.StoreFault
  readonly tools: Context.Context<Digest.Digest | SecureRandom.SecureRandom>
}

/** What a use case needs. */
type Services = QuotaStore | ImageUpstream | SpendWatcher.SpendWatcher | Digest.Digest | SecureRandom.SecureRandom

/** One life of the service, with its watcher at work. What it holds in memory is gone when it dies. */
export interface Process {
  readonly fate: Fate
  /** The services as a client's request meets them, each client with eyes of its own on the store. */
  readonly services: (eyes?: Eyes) => Context.Context<Services>
  /** Ends it between two steps, and lets go of what it held: like `SIGKILL`, nothing of it runs any more. */
  readonly kill: Effect.Effect<void>
}

/** What a client's request does to the books. */
export interface Eyes {
  readonly spent: (request: SpendRequest) => void
}

export const start = Effect.fnUntraced(function* (world: World) {
  const fate = new Fate()
  const scope = yield* Scope.make()
  const store = yield* Effect.orDie(Scope.provide(world.node, scope))
  const { port } = world.upstream
  const upstream = ImageUpstream.of({
    submit: (id, request) => fate.guardInterruptible(port.submit(id, request)),
    lookUp: (id) => fate.guardInterruptible(port.lookUp(id))
  })
  const watched = (ending: (id: TaskId, state: SpendState, now: number) => void) =>
    WatchedStore.make(store, { oracle: world.oracle, fate, fault: world.storeFault, ending })
  const ports = Context.make(ImageUpstream, upstream).pipe(Context.add(WatchPolicy, world.policy))
  const watcher = yield* Layer.buildWithScope(Layer.fresh(SpendWatcher.layer), scope).pipe(
    Effect.provideContext(
      Context.add(
        ports,
        QuotaStore,
        watched((id, state, now) => checkTime(world, id, state, now))
      )
    )
  )
  const shared = Context.merge(Context.merge(ports, watcher), world.tools)
  return {
    fate,
    services: (eyes) =>
      Context.add(
        shared,
        QuotaStore,
        seenBy(
          watched(() => {}),
          eyes
        )
      ),
    kill: Effect.suspend(() => {
      fate.isAlive = false
      // Not awaited: what hangs in a dead process hangs for ever.
      return Effect.asVoid(Effect.forkDetach(Scope.close(scope, Exit.void)))
    })
  } satisfies Process
})

const seenBy = (store: QuotaStore["Service"], eyes: Eyes | undefined): QuotaStore["Service"] => ({
  ...store,
  spend: (request) => Effect.tap(store.spend(request), () => Effect.sync(() => eyes?.spent(request)))
})

/** The watcher gives up on a task only in its time, counted from the charge that it ends. */
const checkTime = ({ oracle, policy }: World, id: TaskId, state: SpendState, now: number) => {
  const age = now - (oracle.charges.get(id)?.openedAt ?? Number.NaN)
  if (state._tag !== "Refunded") return
  const least =
    state.reason === "timed-out"
      ? policy.deadline
      : state.reason === "missing" || state.reason === "not-accepted"
        ? policy.missingGrace
        : undefined
  oracle.check(least === undefined || age >= Duration.toMillis(least), () => `${id} ${state.reason} after ${age} ms`)
}
