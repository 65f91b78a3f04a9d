import { Context, Schema } from "effect"

/** Whose pages may show images (Fetch standard, `Cross-Origin-Resource-Policy`). */
export const FromString = Schema.Literals(["same-origin", "same-site", "cross-origin"])

/** By itself those of the same site, where an app and its API often have an origin each. */
export const ImageResourcePolicy = Context.Reference<typeof FromString.Type>(
  "@scnmnt/server/doors/ImageResourcePolicy",
  {
    defaultValue: () => "same-site"
  }
)
