import { type ChildProcess, fork, type ForkOptions } from "node:child_process"
import { once } from "node:events"
import { Effect, Schema } from "effect"

interface Options extends ForkOptions {
  readonly args?: ReadonlyArray<string>
}

/** A process of Node's whose messages are of this schema; killed with the scope, which waits for its end. */
export const start = Effect.fnUntraced(function* <A>(
  path: string,
  message: Schema.ConstraintDecoder<A>,
  { args = [], ...options }: Options = {}
) {
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => fork(path, args, { serialization: "advanced", ...options })),
    end
  )
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`${path} has ended: ${code}`)))
  // Whoever waits for a message hears of it; when nobody does, it is none of anybody's business.
  ended.catch(() => {})
  const decode = Schema.decodeUnknownEffect(message)
  const next = Effect.promise(() => Promise.race([once(child, "message"), ended])).pipe(
    Effect.flatMap(([said]) => decode(said)),
    Effect.orDie
  )
  return {
    pid: child.pid,
    /** The next that it says. */
    next,
    /** What it says to this. */
    ask: (question: string | object) =>
      Effect.suspend(() => {
        child.send(question)
        return next
      })
  }
})

/** Kills a process, and waits until it is gone with all that it holds open. */
export const end = (child: ChildProcess) =>
  Effect.promise(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, "exit")
    child.kill("SIGKILL")
    await gone
  })
