import { Context } from "effect"

/** How much a client may send. */
export const Limits = Context.Reference<{
  /** Bytes of a request's whole body. */
  readonly requestBytes: number
  /** Bytes of a body that is no form, and of a form's fields: all that a prompt of full length can take, escaped. */
  readonly jsonBytes: number
  /** Bytes of one reference image. */
  readonly referenceBytes: number
  readonly references: number
  /** Bytes of a request's files that may stay in memory; the rest goes to disk. */
  readonly memoryBytes: number
}>("@scnmnt/server/Limits", {
  defaultValue: () => ({
    requestBytes: 16_777_216,
    jsonBytes: 262_144,
    referenceBytes: 10_485_760,
    references: 4,
    memoryBytes: 1_048_576
  })
})
