import { assert, describe, it } from "@effect/vitest"
import * as ImageTasks from "@scnmnt/core/ImageTasks"
import { Gone, type ImageContent, ImageSourceError, Refused, Unreachable } from "@scnmnt/core/ports/ImageSource"
import { ImageLocation, UpstreamTask } from "@scnmnt/core/ports/ImageUpstream"
import { ofChunks, TestImageSource } from "@scnmnt/core/testing/TestImageSource"
import { TestImageUpstream } from "@scnmnt/core/testing/TestImageUpstream"
import { Effect, Stream } from "effect"
import { cut, examples, file, others } from "./images.ts"
import { spendThatIs, taskId, world } from "./support.ts"
import { down, failed, finds, image, missing, queued, running, succeeded, withoutImage } from "./turns.ts"

const example = { what: "PNG", bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) }

/** A completed task with this image. */
const completed = Effect.fnUntraced(function* (content: Effect.Effect<ImageContent, ImageSourceError>, at = image) {
  const id = yield* spendThatIs("Settled")
  yield* TestImageUpstream.use(({ set }) => set(id, UpstreamTask.cases.Succeeded.make({ image: at })))
  yield* TestImageSource.use(({ put }) => put(at, content))
  return id
})

const opened = TestImageSource.use(({ opened }) => opened)
const openLines = TestImageSource.use(({ openLines }) => openLines)

describe("ImageTasks.openImage", () => {
  it.effect.each(examples)("brings $what whole, its type found from its bytes, however it is cut", ({ bytes, type }) =>
    Effect.gen(function* () {
      const whole = file({ bytes })
      for (const size of [1, 7, 50, 1000]) {
        const id = yield* completed(Effect.succeed(ofChunks(...cut(whole, size))))
        const image = yield* ImageTasks.openImage(id)
        assert.strictEqual(image.type, type)
        assert.strictEqual(image.length, whole.length)
        assert.deepStrictEqual(yield* Stream.mkUint8Array(image.bytes), whole)
      }
    }).pipe(Effect.provide(world))
  )

  it.effect.each([image, ImageLocation.cases.Inline.make({ base64: "R0lGODlh" })])("opens what is at %o", (location) =>
    Effect.gen(function* () {
      const id = yield* completed(Effect.succeed(ofChunks(file(example))), location)
      yield* ImageTasks.openImage(id)
      assert.deepStrictEqual(yield* opened, [location])
    }).pipe(Effect.provide(world))
  )

  it.effect("knows no length where the source tells none", () =>
    Effect.gen(function* () {
      const id = yield* completed(Effect.succeed({ ...ofChunks(file(example)), length: undefined }))
      assert.isUndefined((yield* ImageTasks.openImage(id)).length)
    }).pipe(Effect.provide(world))
  )

  it.effect("reads no further than it must until the image is read", () =>
    Effect.gen(function* () {
      let read = 0
      const bytes = Stream.fromIterable(cut(file(example, 10_000), 100)).pipe(
        Stream.rechunk(1),
        Stream.tap(() => Effect.sync(() => read++))
      )
      const image = yield* ImageTasks.openImage(yield* completed(Effect.succeed({ length: undefined, bytes })))
      assert.strictEqual(read, 1)
      yield* Stream.runDrain(image.bytes)
      assert.strictEqual(read, 101)
    }).pipe(Effect.provide(world))
  )

  it.effect("keeps the line open as long as the scope, read or not", () =>
    Effect.gen(function* () {
      const id = yield* completed(Effect.succeed(ofChunks(file(example))))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { bytes } = yield* ImageTasks.openImage(id)
          assert.strictEqual(yield* openLines, 1)
          yield* Stream.runDrain(bytes)
        })
      )
      assert.strictEqual(yield* openLines, 0)
      yield* Effect.scoped(ImageTasks.openImage(id))
      assert.strictEqual(yield* openLines, 0)
    }).pipe(Effect.provide(world))
  )

  it.effect.each(others)("refuses $what", ({ bytes }) =>
    Effect.gen(function* () {
      const id = yield* completed(Effect.succeed(ofChunks(bytes)))
      const error = yield* Effect.flip(Effect.scoped(ImageTasks.openImage(id)))
      assert.deepStrictEqual(error, new ImageTasks.ImageUnreadable())
      assert.strictEqual(yield* openLines, 0)
    }).pipe(Effect.provide(world))
  )

  it.effect.each([new Gone(), new Refused(), new Unreachable()])("fails as its source does: $_tag", (reason) =>
    Effect.gen(function* () {
      const error = new ImageSourceError({ reason })
      assert.strictEqual(yield* Effect.flip(ImageTasks.openImage(yield* completed(Effect.fail(error)))), error)
      const cutShort = { length: 100, bytes: Stream.concat(Stream.make(file(example, 10)), Stream.fail(error)) }
      const image = yield* ImageTasks.openImage(yield* completed(Effect.succeed(cutShort)))
      assert.strictEqual(yield* Effect.flip(Stream.runDrain(image.bytes)), error)
      const cutAtOnce = { length: 100, bytes: Stream.fail(error) }
      assert.strictEqual(yield* Effect.flip(ImageTasks.openImage(yield* completed(Effect.succeed(cutAtOnce)))), error)
    }).pipe(Effect.provide(world))
  )
})

/** What stands in the way before any image is looked for. */
const without = [
  { was: "Open", lookUp: finds(queued), error: new ImageTasks.ImageNotReady() },
  { was: "Open", lookUp: finds(running), error: new ImageTasks.ImageNotReady() },
  { was: "Open", lookUp: finds(failed), error: new ImageTasks.ImageNotReady() },
  { was: "Open", lookUp: finds(withoutImage), error: new ImageTasks.ImageNotReady() },
  { was: "Open", lookUp: down, error: new ImageTasks.ImageNotReady() },
  { was: "timed-out", lookUp: finds(succeeded), error: new ImageTasks.ImageNotReady() },
  { was: "Settled", lookUp: missing, error: new ImageTasks.ImageNotLocated() },
  { was: "Settled", lookUp: down, error: new ImageTasks.ImageNotLocated() },
  { was: "Settled", lookUp: finds(withoutImage), error: new ImageTasks.ImageNotLocated() }
] as const

describe("the image of a task without one", () => {
  it.effect.each(without)("$was: $error._tag", ({ was, lookUp, error }) =>
    Effect.gen(function* () {
      const id = yield* spendThatIs(was)
      yield* TestImageUpstream.use(({ nextLookUps }) => nextLookUps(lookUp))
      assert.deepStrictEqual(yield* Effect.flip(ImageTasks.openImage(id)), error)
      assert.deepStrictEqual(yield* opened, [])
    }).pipe(Effect.provide(world))
  )

  it.effect("that nobody paid for is unknown", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(ImageTasks.openImage(taskId(1)))
      assert.deepStrictEqual(error, new ImageTasks.TaskUnknown())
    }).pipe(Effect.provide(world))
  )
})
