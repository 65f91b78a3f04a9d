import { Schema } from "effect"

/** A stream ended before what it told of did: the server stopped, or something in between gave up. */
export class LineCut extends Schema.TaggedError<LineCut>()("LineCut", {}) {
  override get message() {
    return "The line was cut off."
  }
}
