import type { OpenApi } from "effect/http-api"
import type { Example, Media } from "./Notes.ts"

const type = "text/event-stream"

/**
 * A stream of server-sent events. OpenAPI 3.1 knows it as a text; what an event in it is stands in `x-itemSchema`, as
 * 3.2 would say it in `itemSchema`.
 */
export const describe = (
  response: OpenApi.OpenApiSpecResponse | undefined,
  examples: Readonly<Record<string, Example>>
): Record<string, Media> => ({
  [type]: { schema: { type: "string" }, "x-itemSchema": response?.content?.[type]?.schema ?? {}, examples }
})
