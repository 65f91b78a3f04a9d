import { Context, type Effect, type Exit, Schema } from "effect"

/** What an order's end says of the upstream: it takes tasks, it takes none, or neither. */
export type Sign = "up" | "down" | "none"

/** The upstream has failed again and again, and is left alone for so long. */
export class UpstreamDown extends Schema.TaggedError<UpstreamDown>()("UpstreamDown", { retryAfter: Schema.Duration }) {}

/** Keeps orders from an upstream that takes none. By itself it lets everyone through. */
export const UpstreamBreaker = Context.Reference<{
  /** Runs the order and learns from its end; or fails at once, with nothing of it done. */
  guard<A, E, R>(
    order: Effect.Effect<A, E, R>,
    sign: (end: Exit.Exit<A, E>) => Sign
  ): Effect.Effect<A, E | UpstreamDown, R>
}>("@scnmnt/core/UpstreamBreaker", { defaultValue: () => ({ guard: (order) => order }) })
