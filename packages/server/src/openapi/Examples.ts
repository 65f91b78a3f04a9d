import { maxPixels } from "@scnmnt/core/ReferenceImage"
import type * as Failures from "../api/Failures.ts"
import type { GenerateJson, SubmittedTask, Task, UnknownTask } from "../api/ImagesApi.ts"
import type { EnhanceJson } from "../api/PromptsApi.ts"
import type { AccountJson, QuotaStatus } from "../api/QuotaApi.ts"
import { messages } from "../Messages.ts"

/** One account's story, told through all examples. */
const id = "0b0f8b42-5c1e-4f0a-9a55-3c2f5d1c7e10"

export const account: typeof AccountJson.Encoded = { fingerprint: "newcomer-1" }

export const order: typeof GenerateJson.Encoded = { prompt: "a lighthouse at dusk", size: "16:9", ...account }

export const orderWithReference: typeof GenerateJson.Encoded = {
  prompt: "the same lighthouse in winter",
  size: "16:9",
  ...account
}

const queued = {
  id,
  mode: "text",
  size: "16:9",
  status: "queued",
  createdAt: "2026-11-23T18:04:05.000Z",
  updatedAt: "2026-11-23T18:04:05.000Z"
} satisfies typeof Task.Encoded

export const submitted: typeof SubmittedTask.Encoded = { ...queued, prompt: order.prompt, remainingCredits: 9 }

export const tasks = {
  queued,
  running: { ...queued, status: "running", progress: "receiving_image", updatedAt: "2026-11-23T18:04:11.000Z" },
  completed: {
    ...queued,
    status: "completed",
    image: `/api/images/tasks/${id}/image`,
    revisedPrompt: "A white lighthouse on a rocky shore at dusk, its beam just lit, long exposure of a calm sea.",
    updatedAt: "2026-11-23T18:04:38.000Z"
  },
  failed: {
    ...queued,
    status: "failed",
    error: messages.en.failed,
    refunded: true,
    updatedAt: "2026-11-23T18:04:38.000Z"
  },
  unknown: { id, status: "failed", error: messages.en["unknown-task"] }
} satisfies Record<string, typeof Task.Encoded | typeof UnknownTask.Encoded>

export const quota: Record<"fresh" | "checkedIn", typeof QuotaStatus.Encoded> = {
  fresh: { balance: 0, signedToday: false, cap: 100, dailyGrant: 10 },
  checkedIn: { balance: 10, signedToday: true, cap: 100, dailyGrant: 10 }
}

export const enhancement: typeof EnhanceJson.Encoded = { prompt: order.prompt, direction: "details" }

/** The tag of a failure. */
export type Tag = InstanceType<(typeof Failures)[keyof typeof Failures]>["error"]

/** A failure's body. */
export const failure = (tag: Tag, status: number) => ({
  code: status,
  error: tag,
  message: messages.en[tag],
  ...failureFields[tag]
})

/** What some have besides. */
const failureFields: Partial<Record<Tag, object>> = {
  InvalidRequest: { issues: [{ path: "prompt", problem: "must not be empty" }] },
  PayloadTooLarge: { limit: 10_485_760 },
  TooManyPixels: { limit: maxPixels },
  ImageTooLarge: { limit: 67_108_864 },
  UpstreamUnavailable: { taskId: id, retryAfter: 5 },
  QuotaUnavailable: { retryAfter: 5 },
  RateLimited: { retryAfter: 1 },
  TooManyTasks: { limit: 20, retryAfter: 5 },
  NotReady: { reasons: ["store"], retryAfter: 5 },
  UpstreamNotAnswering: { taskId: id }
}

const frames = (...frames: ReadonlyArray<string>) => frames.map((frame) => `${frame}\n\n`).join("")

/** What is on the wire of a task's event stream. */
export const taskEvents = frames(
  ": open",
  `id: queued\ndata: ${JSON.stringify(tasks.queued)}`,
  `id: running:receiving_image\ndata: ${JSON.stringify(tasks.running)}`,
  ": still here",
  `id: completed\ndata: ${JSON.stringify(tasks.completed)}`
)

const piece = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}`

/** What is on the wire of an improved prompt: the whole of it, and one that is cut short. */
export const enhancementEvents = {
  whole: frames(": open", piece("A white lighthouse"), piece(" at dusk"), "data: [DONE]"),
  cutShort: frames(
    ": open",
    piece("A white lighthouse"),
    `data: ${JSON.stringify({ error: { message: messages.en.UpstreamFailed, code: 502 } })}`,
    "data: [DONE]"
  )
}

/** A few lines of what Prometheus reads. */
export const metrics = [
  "# HELP scnmnt_credits_spent_total Credits that were taken for a task",
  "# TYPE scnmnt_credits_spent_total counter",
  "scnmnt_credits_spent_total 42",
  ""
].join("\n")
