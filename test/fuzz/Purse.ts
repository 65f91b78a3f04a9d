import { assert } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { past } from "../e2e/support/Books.ts"
import { type Answer, eventually } from "../e2e/support/Client.ts"
import { isOrdered } from "./World.ts"

const decode = Schema.decodeUnknownSync(
  Schema.Array(Schema.Struct({ id: Schema.String, opening: Schema.Int, state: Schema.String }))
)

/** Looks into the books past the service, after each request. There may be but one request at a time. */
export const make = Effect.gen(function* () {
  const database = yield* past
  const since = database.prepare("SELECT task_id AS id, opening, state FROM spends WHERE created_at >= ?")
  const open = database.prepare("SELECT count(*) AS count FROM spends WHERE state = 'Open'")
  const lost = database.prepare(`
    SELECT (SELECT sum(granted - settled_before - balance) FROM accounts)
      - (SELECT count(*) FROM spends WHERE state <> 'Refunded') AS credits`)
  const known = new Set<string>()
  const counts = { charged: 0, givenBack: 0 }

  /** The spends that were opened by the request that began then, in epoch milliseconds. */
  const openedSince = (begun: number) =>
    decode(since.all(begun)).filter(({ id, opening }) => {
      const isNew = !known.has(`${id} ${opening}`)
      known.add(`${id} ${opening}`)
      return isNew
    })

  return {
    /** Holds the books against an answer: what is refused costs nothing, and what is ordered one credit, once. */
    assertHonest: (begun: number, { headers, json, status }: Answer) => {
      const opened = openedSince(begun)
      const charged = opened.filter(({ state }) => state !== "Refunded").map(({ id }) => id)
      counts.charged += charged.length
      counts.givenBack += opened.length - charged.length
      if (status >= 400) assert.deepStrictEqual(charged, [], `charged for what got ${status}`)
      else if (!headers.has("idempotency-replayed")) {
        const ordered = isOrdered(json) ? [json.data.id] : []
        assert.deepStrictEqual(
          opened.map(({ id }) => id),
          ordered,
          "what was ordered is not what was paid for"
        )
      }
      assert.strictEqual(lost.get()?.["credits"], 0, "the books do not balance")
    },
    /** What was charged for comes to its end: an image, or the credit back. */
    assertClosed: eventually(
      Effect.sync(() => open.get()?.["count"]),
      (count) => count === 0
    ),
    toString: () => `${counts.charged} credits taken, ${counts.givenBack} given back at once`
  }
})
