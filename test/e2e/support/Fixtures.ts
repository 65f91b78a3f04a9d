import { assert } from "@effect/vitest"
import { paint } from "@scnmnt/upstream-simulator/Painting"

/** The picture that the simulator paints for a job. */
export const painted = (prompt: string, size = "1:1", references: ReadonlyArray<Uint8Array> = []) =>
  paint({ prompt, size, references, longSide: imageSide })

/** Pixels of the longer side of a picture: enough to tell pictures apart, and quickly painted. */
export const imageSide = 64

/** Compares at once what would take long element by element. */
export const assertSameBytes = (actual: Uint8Array | undefined, expected: Uint8Array) => {
  assert.lengthOf(actual ?? [], expected.length)
  assert.strictEqual(Buffer.compare(actual ?? new Uint8Array(), expected), 0)
}

export const png = (subject: string) =>
  new Uint8Array(paint({ prompt: subject, size: "1:1", references: [], longSide: 48 }))
export const jpeg = new Uint8Array(
  Buffer.from(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=",
    "base64"
  )
)
export const gif = new Uint8Array(Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64"))
export const webp = new Uint8Array(Buffer.from("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA", "base64"))

/** A file as a browser adds it to a form. */
export const file = (name: string, bytes: Uint8Array | string, type = "image/png") =>
  new File([typeof bytes === "string" ? bytes : new Uint8Array(bytes)], name, { type })
