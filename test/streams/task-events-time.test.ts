import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { events, inShort, puppet } from "./support/Following.ts"
import * as Time from "./support/Time.ts"

// What the upstream says of the task is far apart here, so that it is the comments that keep the line alive.
layer(Time.layer({ TASK_POLL_INTERVAL: "1 hour" }), { excludeTestServices: true })("a task's events", (it) => {
  it.effect("are kept alive by a comment every 15 seconds", () =>
    Effect.gen(function* () {
      const { id } = yield* puppet
      const { leave, readUntil } = yield* events(id)
      let text = yield* readUntil("queued")
      assert.notInclude(text, ": still here")
      for (const count of [1, 2, 3]) {
        yield* Time.pass("15 seconds")
        text = yield* readUntil(": still here\n\n".repeat(count))
      }
      assert.strictEqual(text.split(": still here\n\n").length, 4)
      assert.deepStrictEqual(yield* inShort(text), ["queued"])
      yield* leave
    })
  )
})
