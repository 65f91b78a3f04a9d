import { Array, Effect } from "effect"
import { open, order, post, textOf } from "./Client.ts"
import type { Load } from "./Load.ts"

/**
 * Who orders in a bench: many, as it is in life. The tasks of a single one would all have to be counted at each of its
 * orders.
 */
export const accounts = Array.makeBy(1000, (number) => `account-of-the-bench-${number}`)

/** Gives each of them its credits. */
export const checkIn = (url: string) =>
  Effect.forEach(accounts, (fingerprint) => post(`${url}/api/quota/check-in`, { fingerprint }), {
    concurrency: 8,
    discard: true
  })

/** Orders so many pictures, and tells the ids of their tasks. */
export const place = (url: string, count: number, prompt: string) =>
  Effect.forEach(
    Array.makeBy(count, (number) => accounts[number % accounts.length]),
    (account) => order(url, prompt, account),
    { concurrency: 16 }
  )

/** Waits for the end of these tasks, and tells what is said of them then. */
export const atEnd = (url: string, ids: ReadonlyArray<string>) =>
  Effect.forEach(ids, (id) => Effect.flatMap(open(`${url}/api/images/tasks/${id}?wait=55`), textOf), {
    concurrency: "unbounded"
  })

export const prompt = "a lighthouse at dusk"

/** A load of orders, one by each account in turns. */
export const load = (url: string, connections: number): Load => ({
  origin: url,
  method: "POST",
  headers: { "content-type": "application/json" },
  requests: accounts.map((fingerprint) => ({
    path: "/api/images/generate",
    body: JSON.stringify({ prompt, size: "16:9", fingerprint })
  })),
  connections,
  warmUp: 500,
  counted: 2000,
  expected: { status: 200, text: `"status":"queued"` }
})
