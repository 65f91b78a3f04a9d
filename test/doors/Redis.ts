import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { connect } from "node:net"
import { Effect, Schedule } from "effect"
import { freePort } from "../Ports.ts"

/** Redis comes from the machine (`apt-get install redis-server`), as no npm package brings it. */
export const isInstalled = spawnSync("redis-server", ["--version"]).status === 0

const answers = (port: number) =>
  Effect.callback<void, Error>((resume) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => {
      socket.destroy()
      resume(Effect.void)
    })
    socket.on("error", (error) => resume(Effect.fail(error)))
  })

/** A Redis that keeps nothing on disk, for as long as the scope. */
export const start = Effect.gen(function* () {
  const port = yield* freePort
  const options = ["--bind", "127.0.0.1", "--save", "", "--requirepass", "swordfish"]
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => spawn("redis-server", ["--port", String(port), ...options], { stdio: "ignore" })),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
  yield* Effect.retry(answers(port), Schedule.spaced("20 millis"))
  return {
    url: `redis://:swordfish@127.0.0.1:${port}`,
    /** Its lines stay open, and nothing comes back on them. */
    freeze: Effect.sync(() => child.kill("SIGSTOP")),
    kill: Effect.promise(async () => {
      const ended = once(child, "exit")
      child.kill("SIGKILL")
      await ended
    })
  }
})
