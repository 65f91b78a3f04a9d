import { connect, createServer, type Socket } from "node:net"
import { Effect } from "effect"
import { portOf } from "../../../test/Ports.ts"

/** Stands between a store and its server. */
export class Proxy {
  readonly #lines = new Set<Socket>()
  #isFrozen = false
  #withheld: string | undefined

  /** From now on nothing goes through, and nobody is told. */
  freeze(): void {
    this.#isFrozen = true
  }

  /** All goes through again, on new lines. */
  thaw(): void {
    this.#isFrozen = false
    this.cut()
  }

  /** Every line breaks. */
  cut(): void {
    for (const line of this.#lines) line.destroy()
  }

  /** The server gets the next request with this text in it, and the line breaks instead of its answer. */
  withholdAnswerTo(text: string): void {
    this.#withheld = text
  }

  carry(client: Socket, server: Socket): void {
    let isAnswerWithheld = false
    client.on("data", (bytes) => {
      if (this.#withheld !== undefined && bytes.includes(this.#withheld)) {
        isAnswerWithheld = true
        this.#withheld = undefined
      }
      if (!this.#isFrozen) server.write(bytes)
    })
    server.on("data", (bytes) => {
      if (isAnswerWithheld) client.destroy()
      else if (!this.#isFrozen) client.write(bytes)
    })
    for (const [line, other] of [
      [client, server],
      [server, client]
    ] as const) {
      this.#lines.add(line)
      line.on("error", () => {})
      line.on("close", () => {
        this.#lines.delete(line)
        other.destroy()
      })
    }
  }
}

/** The database of a URL through a proxy, for as long as the scope. */
export const before = Effect.fnUntraced(function* (url: string) {
  const through = new URL(url)
  const { hostname, port } = new URL(url)
  const proxy = new Proxy()
  yield* Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer((client) => proxy.carry(client, connect(Number(port), hostname)))
      server.listen(0, "127.0.0.1", () => {
        through.port = String(portOf(server))
        through.hostname = "127.0.0.1"
        resume(Effect.succeed(server))
      })
    }),
    (server) =>
      Effect.sync(() => {
        server.close()
        proxy.cut()
      })
  )
  return { url: through.href, proxy }
})
