import { Bytes, Effect, Equal, Option, Schema, Stream } from "effect"
import type { Wanted } from "./FinishedTasks.ts"
import * as ImageLimit from "./ImageLimit.ts"
import * as ImagePart from "./ImagePart.ts"
import * as ImageTask from "./ImageTask.ts"
import * as ImageType from "./ImageType.ts"
import { type ImageContent, ImageSource, type ImageSourceError } from "./ports/ImageSource.ts"
import { QuotaStore } from "./ports/QuotaStore.ts"
import { SpendWatcher } from "./SpendWatcher.ts"
import * as StreamHead from "./StreamHead.ts"
import type { TaskId } from "./TaskId.ts"
import type { Sighted } from "./WatchList.ts"
import * as Tracing from "./Tracing.ts"

/** No task of that id was paid for here, or it is too old to be known. */
export class TaskUnknown extends Schema.TaggedError<TaskUnknown>()("TaskUnknown", {}) {}

/** The task has no image yet, or never will have one. */
export class ImageNotReady extends Schema.TaggedError<ImageNotReady>()("ImageNotReady", {}) {}

/** The task is completed, but where its image is can't be found out at the moment. */
export class ImageNotLocated extends Schema.TaggedError<ImageNotLocated>()("ImageNotLocated", {}) {}

/** What stands in the image's place is something else. */
export class ImageUnreadable extends Schema.TaggedError<ImageUnreadable>()("ImageUnreadable", {}) {}

/** The image has no byte of the part that is wanted. */
export class ImagePartMissing extends Schema.TaggedError<ImagePartMissing>()("ImagePartMissing", {
  /** Of the whole image, in bytes. */
  length: Schema.Int
}) {}

/** An image to be served, or a part of one. */
export interface TaskImage {
  readonly type: ImageType.ImageType
  /** How many bytes come, where it is known beforehand. */
  readonly length: number | undefined
  /** Which bytes of the image come, if not all. */
  readonly part?: ImagePart.ImagePart | undefined
  readonly bytes: Stream.Stream<Uint8Array, ImageSourceError | ImageLimit.ImageTooLarge>
}

/** A task as it stands: how it ended is what the books say, how far it is what the upstream said last. */
export const get = Effect.fnUntraced(function* (id: TaskId) {
  return ImageTask.ofSighted(yield* sight(id))
}, Tracing.span("ImageTasks.get"))

/** A task as it stands, and again at each change, up to its end. */
export const follow = (id: TaskId) =>
  Stream.paginate(Option.none<Sighted>(), (before) =>
    Effect.gen(function* () {
      const watcher = yield* SpendWatcher
      if (Option.isSome(before)) yield* watcher.next(before.value)
      const now = yield* sight(id)
      const isOver = now.spend.state._tag !== "Open"
      const isNews = isOver || !Option.exists(before, ({ task }) => Equal.equals(task, now.task))
      return [isNews ? [ImageTask.ofSighted(now)] : [], isOver ? Option.none() : Option.some(Option.some(now))] as const
    })
  )

/** A task at its end, or as it stands when the patience ends. */
export const getAtEnd = (id: TaskId, patience: Effect.Effect<void>) =>
  follow(id).pipe(
    Stream.interruptWhen(patience),
    Stream.runLast,
    Effect.flatMap(Option.match({ onSome: Effect.succeed, onNone: () => get(id) }))
  )

const sight = Effect.fnUntraced(function* (id: TaskId, wanted?: Wanted) {
  const watcher = yield* SpendWatcher
  const remembered = yield* watcher.recall(id, wanted)
  if (remembered !== undefined) return remembered
  const store = yield* QuotaStore
  const spend = yield* Effect.fromOption(yield* store.find(id), () => new TaskUnknown())
  return yield* watcher.sight(spend, wanted)
})

/**
 * The image of a completed task, its type found from its bytes; or the wanted part of it, if its source gives parts. The
 * line to the source lives as long as the scope.
 */
export const openImage = Effect.fnUntraced(function* (id: TaskId, wanted?: ImagePart.WantedPart) {
  const { status } = ImageTask.ofSighted(yield* sight(id, { withImage: true }))
  if (status._tag !== "Completed") {
    return yield* new ImageNotReady()
  }
  const { image } = status
  if (image === undefined) {
    return yield* new ImageNotLocated()
  }
  const source = yield* ImageSource
  if (wanted === undefined) {
    return yield* identify(yield* source.open(image))
  }
  // A part does not show what it is a part of: its type stands in the first bytes, and its end may hang on the length.
  const head = yield* identify(yield* source.open(image, firstBytes))
  if (head.part === undefined) {
    return head
  }
  const part = ImagePart.within(wanted, head.part.total)
  if (part === undefined) {
    return yield* new ImagePartMissing({ length: head.part.total })
  }
  const content = yield* source.open(image, part)
  return content.part === undefined
    ? yield* identify(content)
    : ({ ...(yield* ImageLimit.apply(content)), type: head.type } satisfies TaskImage)
}, Tracing.span("ImageTasks.openImage"))

const firstBytes: ImagePart.ByteRange = { first: 0, last: ImageType.signatureLength - 1 }

const identify = Effect.fnUntraced(function* (content: ImageContent) {
  const limited = yield* ImageLimit.apply(content)
  const { head, rest } = yield* StreamHead.peel(limited.bytes, ImageType.signatureLength)
  const type = ImageType.detect(Bytes.concat(head))
  if (type === undefined) {
    return yield* new ImageUnreadable()
  }
  return { ...limited, type, bytes: Stream.prepend(rest, head) } satisfies TaskImage
})
