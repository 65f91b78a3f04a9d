import { assert } from "@effect/vitest"
import { UpstreamSimulator } from "@scnmnt/upstream-simulator/UpstreamSimulator"
import { Array, Effect } from "effect"
import type * as Books from "./Books.ts"
import * as Client from "./Client.ts"

/** What a customer holds in the end: an order, and what they were told about it. */
export interface Story {
  readonly account: string
  readonly prompt: string
  /** Every id that an answer named: one, if the service keeps its word. */
  readonly ids: ReadonlySet<string>
  /** Refused for good in the end, and so not charged. */
  readonly refused: string | undefined
  /** The last that they saw of the task. */
  readonly seen: Client.Task | undefined
}

/** Holds what the customers were told, what the upstream did and what the books say against each other. */
export const reckon = Effect.fnUntraced(function* (facts: {
  readonly url: string
  readonly spends: ReadonlyArray<Books.Row>
  readonly granted: number
  readonly stories: ReadonlyArray<Story>
}) {
  const { granted, spends, stories, url } = facts
  const simulator = yield* UpstreamSimulator
  const upstream = Array.groupBy(yield* simulator.tasks, ({ prompt }) => prompt)
  const byId = new Map(spends.map((spend) => [spend.id, spend]))

  for (const { account, ids, prompt, refused, seen } of stories) {
    const made = (upstream[prompt] ?? []).map(({ id }) => id)
    assert.isAtMost(made.length, 1, `${prompt}: one upstream task at most`)
    assert.isAtMost(new Set([...ids, ...made]).size, 1, `${prompt}: every answer is about the same task`)
    const [id] = [...ids, ...made]
    if (id === undefined) continue
    const spend = byId.get(id)
    assert.strictEqual(spend?.account, account, `${prompt}: paid for by who ordered it`)
    if (refused !== undefined) assert.strictEqual(spend?.state, "Refunded", `${prompt}: refused and not charged`)
    if (seen?.status === "completed") assert.strictEqual(spend?.state, "Settled", `${prompt}: completed and charged`)
    if (seen?.status === "failed") assert.strictEqual(spend?.state, "Refunded", `${prompt}: failed and not charged`)
  }

  const tasks = yield* Effect.forEach(spends, ({ id }) => Client.taskOf(url, id), { concurrency: 8 })
  const states = spends.map(({ state }) => state)
  const statuses = { Open: "open", Settled: "completed", Refunded: "failed" }
  assert.deepStrictEqual(
    tasks.map(({ status }) => String(status)),
    states.map((state) => statuses[state]),
    "a task has failed exactly when its credit is back"
  )

  const completed = Array.groupBy(
    spends.filter(({ state }) => state === "Settled"),
    ({ account }) => account
  )
  yield* Effect.forEach(new Set(stories.map(({ account }) => account)), (account) =>
    Effect.map(Client.balanceOf(url, account), (balance) =>
      assert.strictEqual(
        balance,
        granted - (completed[account]?.length ?? 0),
        `${account}: charged once for each picture`
      )
    )
  )

  const painted = new Set(
    Object.values(upstream)
      .flat()
      .filter(({ data, status }) => status === "success" && globalThis.Array.isArray(data) && data.length > 0)
      .map(({ id }) => id)
  )
  for (const { id, state } of spends) {
    if (state === "Settled") assert.isTrue(painted.has(id), `${id}: charged for a picture that there is`)
  }
  return {
    orders: stories.length,
    upstreamTasks: Object.keys(upstream).length,
    settled: states.filter((state) => state === "Settled").length,
    refunded: count(spends.flatMap(({ reason }) => reason ?? [])),
    /** Painted, and refunded all the same. */
    late: count(spends.flatMap(({ id, reason }) => (reason !== null && painted.has(id) ? [reason] : [])))
  }
})

/** How often each word occurs. */
export const count = (words: ReadonlyArray<string>): Record<string, number> =>
  Object.fromEntries(Object.entries(Array.groupBy(words, (word) => word)).map(([word, all]) => [word, all.length]))
