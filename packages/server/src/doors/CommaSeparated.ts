import { Schema, SchemaGetter } from "effect"

/** Several of these in a row, with commas between them; blanks around them and empty ones do not count. */
export const commaSeparated = <Item extends Schema.ConstraintCodec<unknown, string>>(item: Item) =>
  Schema.String.pipe(
    Schema.decodeTo(Schema.Array(item), {
      decode: SchemaGetter.transform((text) => text.split(",").flatMap((each) => each.trim() || [])),
      encode: SchemaGetter.transform((items) => items.join(","))
    })
  )
