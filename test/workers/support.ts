import { Effect } from "effect"
import { createServer } from "node:net"

/** A port that nobody has: workers share one that they are told. */
export const freePort = Effect.callback<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const port = Number(Object(server.address())["port"])
    server.close(() => resume(Effect.succeed(port)))
  })
})

/** The processes of those that serve by this log, or did, in the order in which they came. */
export const workersIn = (log: string) => [...log.matchAll(/listening on.*"pid":(\d+)/g)].map(([, pid]) => Number(pid))
