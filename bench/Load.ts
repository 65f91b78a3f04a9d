import { Schema } from "effect"

/** What the load generator is told: these requests in turns, by so many connections that each wait for their answer. */
export const Load = Schema.Struct({
  origin: Schema.String,
  method: Schema.Literals(["GET", "POST"]),
  headers: Schema.Record(Schema.String, Schema.String),
  requests: Schema.Array(
    Schema.Struct({
      path: Schema.String,
      /** Text, or the path of a file that has it. */
      body: Schema.optionalKey(Schema.Union([Schema.String, Schema.Struct({ file: Schema.String })]))
    })
  ),
  connections: Schema.Int,
  /** How long they go on before it counts, and while it counts, in milliseconds. */
  warmUp: Schema.Int,
  counted: Schema.Int,
  /** How long after a request of a connection its next one comes, in milliseconds; at once unless told. */
  every: Schema.optionalKey(Schema.Int),
  /** What every answer must be: anything else ends the load, and fails it. */
  expected: Schema.Struct({
    status: Schema.Int,
    /** A part of the body, for what its status does not tell. */
    text: Schema.optionalKey(Schema.String),
    /** How long the body is. */
    bytes: Schema.optionalKey(Schema.Int)
  })
})
export type Load = typeof Load.Type

/** What came of it. */
export const Sample = Schema.Struct({
  /** All that came, from the first on. */
  answers: Schema.Int,
  /** Those that count. */
  perSecond: Schema.Finite,
  /** Of the answers' bodies, as they arrived. */
  bytesPerSecond: Schema.Finite,
  /** From a request to the end of its answer, in milliseconds; not a number if none has ended while it counted. */
  p50: Schema.Number,
  p95: Schema.Number,
  p99: Schema.Number
})
export type Sample = typeof Sample.Type

export const Said = Schema.Union([
  Schema.TaggedStruct("Ready", {}),
  Schema.TaggedStruct("Taken", { sample: Sample }),
  Schema.TaggedStruct("Failed", { reason: Schema.String })
])
export type Said = typeof Said.Type
