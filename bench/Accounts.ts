import { Array, Effect } from "effect"
import { post } from "./Client.ts"

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
