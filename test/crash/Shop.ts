import { assert } from "@effect/vitest"
import { Effect, Fiber, Random, Ref } from "effect"
import * as Misfortune from "./Misfortune.ts"
import * as Customer from "./random-kills/Customer.ts"
import * as Reckoning from "./Reckoning.ts"
import * as ServerProcess from "./ServerProcess.ts"

/** Customers who order one picture after the other, from whichever server is there, until the shop closes. */
export const open = Effect.fnUntraced(function* (
  url: Effect.Effect<string>,
  { customers, seed }: { readonly customers: number; readonly seed: string }
) {
  const heard: Array<string> = []
  const closing = yield* Ref.make(false)
  const world = { url, closing, tell: (event: string) => heard.push(event) }
  yield* Effect.forkScoped(Misfortune.troubleLookUps)
  const names = Array.from({ length: customers }, (_, index) => `customer-${index}`)
  const living = yield* Effect.forEach(names, (customer) =>
    Effect.forkScoped(Customer.live(world, customer).pipe(Random.withSeed(`${seed} ${customer}`)))
  )
  return {
    /** Lets in no more orders; brings what the customers have to tell, once all have what they ordered. */
    close: Effect.gen(function* () {
      yield* Ref.set(closing, true)
      return (yield* Effect.forEach(living, (fiber) => Fiber.join(fiber))).flat()
    }),
    /** How often they heard what; none of it is that the service itself is broken. */
    answers: Effect.sync(() => {
      const answers = Reckoning.count(heard)
      assert.notProperty(answers, "refused InternalError")
      return answers
    })
  }
})

/** Has the books held against their rule, by the command for it: they balance, and nothing is open any more. */
export const audit = Effect.fnUntraced(function* (environment: Record<string, string>) {
  const { output, status } = yield* ServerProcess.audit(environment)
  assert.strictEqual(status, 0, output)
  assert.match(output, /^open +0$/m)
})
