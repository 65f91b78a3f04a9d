import { createServer, type Server } from "node:net"
import { Effect } from "effect"

/** Where a server of Node's listens; 0 if it does not. */
export const portOf = (server: Server): number => {
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}

/** A port where nothing listens; the system hands out another one next time. */
export const freePort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const port = portOf(server)
    server.close(() => resume(Effect.succeed(port)))
  })
})
