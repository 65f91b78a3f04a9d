import { Effect, Schema } from "effect"
import { follow, generate, taskIdOf } from "../e2e/support/Jobs.ts"
import { type Answer, post } from "../e2e/support/Client.ts"
import * as Service from "../e2e/support/Service.ts"
import type { Request } from "./Requests.ts"
import type { Known } from "./Values.ts"

/** The service, with credits for more than is asked for, and so few tasks at a time that some orders are too many. */
export const layer = Service.layer({
  QUOTA_DAILY_GRANT: "1000000",
  QUOTA_BALANCE_CAP: "1000000",
  RATE_LIMIT:
    "all=off,generate=off,enhance=off,check-in=off,account-generate=off,account-check-in=off,in-flight=off,enhance-in-flight=off,account-tasks=1"
})

const accounts = ["fuzz-account-1", "fuzz-account-2", "fuzz-account-3"]

/** What people order, the longest prompt that there may be among it. */
const prompts = ["a red fox", "狐", "an owl #1", "a\tfox\nin lines", "x".repeat(32_000)]

/** What goes wrong with an order, an enhancement and an image, each of it soon. */
const faults = [
  "refuse-400",
  "refuse-401",
  "refuse-422",
  "fails",
  "fails-at-once",
  "chat-502",
  "chat-error",
  "chat-cut"
]
const imageFaults = ["html-image", "gone-image", "foreign-url"]

/** Stands for the task of the latest order, which may still be on its way. */
const latestTask = "00000000-0000-4000-8000-000000000000"

/** Accounts with credits and tasks of every kind; and what there is to know of them. */
export const make = Effect.gen(function* () {
  for (const fingerprint of accounts) yield* post("/api/quota/check-in", { fingerprint })
  const idOf = Effect.fnUntraced(function* (prompt: string) {
    const id = yield* Effect.flatMap(generate({ fingerprint: accounts[0] ?? "", prompt }), taskIdOf)
    yield* follow(id)
    return id
  })
  const good = yield* idOf("a red fox")
  const inParts = yield* idOf("a red fox #fault:base64")
  const troubled = yield* Effect.forEach(imageFaults, (fault) => idOf(`a red fox #fault:${fault}`))
  const known: Known = {
    id: [good, inParts, latestTask, ...troubled],
    fingerprint: accounts,
    prompt: [...prompts, ...faults.map((fault) => `a red fox #fault:${fault}`)],
    size: ["16:9", " 9:16 ", "1024x1024"],
    "idempotency-key": ["order-1", "order-2"],
    "last-event-id": ["queued", "completed", "failed"],
    "if-none-match": [`"${good}"`, `W/"${good}"`, "*", `"x", "${good}"`, `"`],
    "if-range": [`"${good}"`, '"x"'],
    range: [
      "bytes=0-9",
      "bytes=-5",
      "bytes=5-",
      "bytes=999999-",
      "bytes=9-0",
      "bytes=0-0,2-3",
      "bytes=-0",
      "lines=1-2",
      "bytes=0-1e9"
    ],
    "accept-language": ["zh", "zh-CN,en;q=0.5", "*;q=x", "en"]
  }
  let latest = good
  return {
    known,
    /** The request as it stands now. */
    present: (request: Request): Request => ({ ...request, target: request.target.replace(latestTask, () => latest) }),
    notice: ({ json }: Answer) => {
      if (isOrdered(json)) latest = json.data.id
    },
    /** Whether it asks for something with which the upstream is in trouble. */
    isTroubled: ({ body, target }: Request) =>
      body?.includes("#fault:") === true || troubled.some((id) => target.includes(id))
  }
})

/** What an order is answered with. */
export const isOrdered = Schema.is(
  Schema.Struct({ data: Schema.Struct({ id: Schema.String, remainingCredits: Schema.Int }) })
)
