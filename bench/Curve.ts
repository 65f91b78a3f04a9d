import { Console, Effect } from "effect"
import type * as MeasuredServer from "../test/measured/MeasuredServer.ts"

type Server = Effect.Success<ReturnType<typeof MeasuredServer.start>>

/** The resident memory of a server over time: sampled, and printed, every second. */
export const make = (server: Server) =>
  Effect.sync(() => {
    let seconds = 0
    let peak = 0
    const sample = (phase: string) =>
      Effect.flatMap(server.report, ({ counts, memory }) => {
        peak = Math.max(peak, memory.rss)
        const bar = "#".repeat(Math.round(memory.rss / 4_000_000))
        const figures = [seconds++, megabytes(memory.rss), megabytes(memory.heapUsed), megabytes(memory.external)]
        const columns = [...figures, counts["fibers"] ?? 0, counts["TCPSocketWrap"] ?? 0]
        return Console.log(`${phase.padEnd(6)}${columns.map((column) => String(column).padStart(6)).join("")}  ${bar}`)
      })
    return {
      /** Samples while this goes on. */
      during: Effect.fnUntraced(function* <A, E>(phase: string, effect: Effect.Effect<A, E>) {
        if (seconds === 0) yield* Console.log("phase      s   rss  heap  ext. fibers sockets (MB)")
        const sampling = yield* Effect.forkChild(Effect.forever(Effect.delay(sample(phase), "1 second")))
        return yield* Effect.ensuring(
          effect,
          Effect.sync(() => sampling.interruptUnsafe())
        )
      }),
      /** The resident memory once the garbage is collected, and threads have freed what they free in the background. */
      settled: Effect.andThen(
        server.collect,
        Effect.map(Effect.delay(server.report, "5 seconds"), ({ memory }) => memory.rss)
      ),
      peak: () => peak
    }
  })

const megabytes = (bytes: number) => Math.round(bytes / 1_000_000)
