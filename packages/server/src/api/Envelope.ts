import { Schema } from "effect"

/** Every success: `{"code": 0, "message": "ok", "data": …}`. */
export const Envelope = <Data extends Schema.Top>(data: Data) =>
  Schema.Struct({ code: Schema.Literal(0), message: Schema.Literal("ok"), data })

/** Puts an answer into its envelope. */
export const ok = <Data>(data: Data) => ({ code: 0 as const, message: "ok" as const, data })
