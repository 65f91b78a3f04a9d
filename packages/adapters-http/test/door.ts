import { createServer, type Server } from "node:net"
import { Effect } from "effect"
import { portOf } from "../../../test/Ports.ts"

interface Door {
  readonly port: number
  /** The addresses that were knocked at, one for each connection. */
  readonly knocks: ReadonlyArray<string>
}

/**
 * Listens on all of this machine's addresses, link-local ones among them, says that all is well and ends the line. On
 * a port that this process may not have, it fails.
 */
export const door = (port = 0) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly server: Server } & Door, Error>((resume) => {
      const knocks: Array<string> = []
      const server = createServer((socket) => {
        knocks.push((socket.localAddress ?? "").replace("::ffff:", ""))
        socket.on("error", () => undefined)
        socket.on("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
      })
      server.on("error", (error) => resume(Effect.fail(error)))
      server.listen({ port, host: "::", ipv6Only: false }, () => {
        resume(Effect.succeed({ server, port: portOf(server), knocks }))
      })
    }),
    ({ server }) => Effect.sync(() => server.close())
  )
