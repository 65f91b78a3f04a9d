import type { OpenApi } from "effect/http-api"
import * as Failures from "../api/Failures.ts"
import { messages } from "../Messages.ts"
import * as Examples from "./Examples.ts"
import * as Headers from "./Headers.ts"
import type { Example, Response } from "./Notes.ts"

/** A response of this status that tells of failures: which ones, in words and by an example each. */
export const describe = (status: number, response: OpenApi.OpenApiSpecResponse | undefined): Response => {
  const tags = tagsOf(response)
  return {
    description: tags.map((tag) => `\`${tag}\`: ${messages.en[tag]}`).join("\n\n"),
    ...((status === 429 || status === 503) && { headers: { "Retry-After": Headers.retryAfter } }),
    content: { "application/json": { examples: examplesOf(tags, status) } }
  }
}

const examplesOf = (tags: ReadonlyArray<Examples.Tag>, status: number): Record<string, Example> =>
  Object.fromEntries(tags.map((tag) => [tag, { value: Examples.failure(tag, status) }]))

/** By the schemas that the response refers to, one or any of several. */
const tagsOf = (response: OpenApi.OpenApiSpecResponse | undefined) =>
  [...JSON.stringify(response?.content ?? {}).matchAll(/"#\/components\/schemas\/(\w+)Encoded"/g)].flatMap(([, tag]) =>
    tag !== undefined && isTag(tag) ? [tag] : []
  )

const isTag = (name: string): name is Examples.Tag => name in Failures
