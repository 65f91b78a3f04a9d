import { Context, Schema } from "effect"
import { commaSeparated } from "./CommaSeparated.ts"

/**
 * An origin as browsers write it in `Origin` (RFC 6454, section 6.2), so that it can be compared as text:
 * `https://app.example`, `https://app.example:8443`, or a web view's such as `capacitor://localhost`.
 */
const Origin = Schema.String.check(
  Schema.makeFilter((text) => {
    if (!URL.canParse(text)) return false
    const { host, origin, protocol } = new URL(text)
    return host !== "" && text === (origin === "null" ? `${protocol}//${host}` : origin)
  })
)

/** The origins whose pages may use this server, in a row: `https://a.example,https://b.example`. */
export const FromString = commaSeparated(Origin)

/** Other origins than the server's own whose pages may order, pay and read: none by itself. */
export const TrustedOrigins = Context.Reference<ReadonlyArray<string>>("@scnmnt/server/doors/TrustedOrigins", {
  defaultValue: () => []
})
