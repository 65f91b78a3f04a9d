import { Context } from "effect"

/**
 * What a failure or a refund says to people, by its tag, in the language of the request at hand. The server provides it;
 * by itself it says the tag, so that the API's definition carries no texts.
 */
export const Wording = Context.Reference<(tag: string) => string>("@scnmnt/server/api/Wording", {
  defaultValue: () => (tag) => tag
})
