import { assert, describe, it, vi } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Effect } from "effect"
import { eventually } from "../e2e/support/Client.ts"
import { png } from "../e2e/support/Fixtures.ts"
import { Service } from "../e2e/support/Service.ts"
import * as MeasuredServer from "../measured/MeasuredServer.ts"
import { begin, field, fieldsOf, fileHead } from "./support/Upload.ts"

vi.setConfig({ testTimeout: 120_000 })

const form = { "content-type": "multipart/form-data; boundary=x", "content-length": 16_000_000 }

const notes = Array.from({ length: 60 }, (_, index) => field(`note-${index}`, "x".repeat(250_000)))

/** Large enough to go to disk, where it is seen. */
const picture = Buffer.concat([Buffer.from(fileHead()), png("a fox"), Buffer.alloc(100_000)])

/** A form of 60 fields that nobody asked for, 15 MB in all, which then stops within a picture. */
const stalled = Effect.gen(function* () {
  const { send } = yield* begin(form)
  yield* send(fieldsOf("newcomer-1"))
  for (const note of notes) yield* send(note)
  yield* send(picture)
})

describe("unfinished forms", () => {
  it.live("are not held in memory but for what is read of them", () =>
    Effect.gen(function* () {
      const server = yield* MeasuredServer.start({ MAX_MULTIPART_MEMORY_BYTES: "50000" })
      const { counts, memory } = yield* server.collect
      yield* Effect.replicateEffect(stalled, 8, { concurrency: "unbounded" }).pipe(
        Effect.provideService(Service, { url: server.url, storePath: "memory:" })
      )
      const there = yield* eventually(server.collect, (now) => now.counts["files"] === (counts["files"] ?? 0) + 8)
      assert.isBelow(there.memory.heapUsed - memory.heapUsed, 30_000_000)
    }).pipe(Effect.provide(UpstreamSimulator.layer()))
  )
})
