import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http"
import { assert, layer } from "@effect/vitest"
import { Client } from "@scnmnt/server/client/Client"
import { Task } from "@scnmnt/server/api/ImagesApi"
import { Effect, Layer, Stream } from "effect"
import { FetchHttpClient } from "effect/http"
import { portOf } from "../Ports.ts"
import * as Service from "../e2e/support/Service.ts"
import { puppet } from "../streams/support/Following.ts"

/** A proxy in front of the service that cuts every line off after its first event, and what it was asked with. */
const cuttingProxy = Effect.gen(function* () {
  const { url } = yield* Service.Service
  const asked: Array<string | undefined> = []
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const id = incoming.headers["last-event-id"]
    asked.push(typeof id === "string" ? id : undefined)
    const onward = request(url + (incoming.url ?? ""), { headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers)
      answer.on("data", (chunk: Buffer) => {
        outgoing.write(chunk)
        if (chunk.includes("data: ")) outgoing.end()
      })
    })
    outgoing.on("close", () => onward.destroy())
    onward.on("error", () => outgoing.destroy()).end()
  }
  const server = yield* Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer(pass).listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  )
  return { url: `http://127.0.0.1:${portOf(server)}`, asked }
})

layer(Service.layer(), { excludeTestServices: true })("a task that is followed", (it) => {
  it.effect("is followed to its end over lines that are cut off, and nothing of it is told twice", () =>
    Effect.gen(function* () {
      const { id, runs, succeeds } = yield* puppet
      const { asked, url } = yield* cuttingProxy
      const next: Readonly<Record<string, Effect.Effect<void>>> = {
        queued: runs("getting_account"),
        getting_account: runs("receiving_image"),
        receiving_image: succeeds
      }
      const told = yield* Client.pipe(
        Effect.map(({ follow }) => follow(Task.fields.id.make(id))),
        Stream.unwrap,
        Stream.map((task) => ("progress" in task ? task.progress : task.status)),
        Stream.tap((step) => next[step] ?? Effect.void),
        Stream.runCollect,
        Effect.provide(Layer.provide(Client.layer(url), FetchHttpClient.layer))
      )
      assert.deepStrictEqual(told, ["queued", "getting_account", "receiving_image", "completed"])
      assert.deepStrictEqual(asked, [undefined, "queued", "running:getting_account", "running:receiving_image"])
    })
  )
})
