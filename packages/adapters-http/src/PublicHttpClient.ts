import { Context, Schema } from "effect"
import type { HttpClient } from "effect/http"

/**
 * An HttpClient for addresses that nobody vouches for: it connects to none but public ones, and judges what it connects
 * to, not a name that may lead elsewhere by then. A runtime's layer provides it beside the HttpClient; there is none
 * where the runtime leaves no say in the address.
 */
export const PublicHttpClient = Context.Reference<HttpClient.HttpClient | undefined>(
  "@scnmnt/adapters-http/PublicHttpClient",
  { defaultValue: () => undefined }
)

/** There is nothing public at this host: the cause of a request's failure. */
export class AddressNotPublic extends Schema.TaggedError<AddressNotPublic>()("AddressNotPublic", {
  host: Schema.String
}) {}
