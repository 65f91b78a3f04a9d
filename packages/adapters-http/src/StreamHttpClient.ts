import { Context, Effect } from "effect"
import { HttpClient } from "effect/http"

/**
 * An HttpClient for what may come in for minutes: enhancements, and images as fast as somebody reads them. Its
 * connections are none of the HttpClient's, so that a task is submitted and followed however slow these are. A runtime
 * whose HttpClient has no limit to share provides none.
 */
export const StreamHttpClient = Context.Reference<HttpClient.HttpClient | undefined>(
  "@scnmnt/adapters-http/StreamHttpClient",
  { defaultValue: () => undefined }
)

/** The one for streams, or the only one there is. */
export const client = Effect.gen(function* () {
  return (yield* StreamHttpClient) ?? (yield* HttpClient.HttpClient)
})
