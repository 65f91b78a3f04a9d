import { Clock, Duration, Effect, Option } from "effect"
import { LatestBySize } from "./LatestBySize.ts"
import { type ImageLocation, ImageUpstream, UpstreamTask } from "./ports/ImageUpstream.ts"
import type { TaskId } from "./TaskId.ts"

/**
 * Remembers for a day what the upstream says of finished tasks and where their images are, so that showing one again costs
 * no look-up. Bounded: the latest in 16 MiB, some 10,000; and of images that are themselves in the answer those in 32 MiB.
 */
export const make = Effect.gen(function* () {
  const upstream = yield* ImageUpstream
  const tasks = new LatestBySize<TaskId, Finished>(16_777_216)
  const images = new LatestBySize<TaskId, ImageLocation>(33_554_432)

  const recall = (id: TaskId, withImage: boolean) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      const finished = tasks.get(id)
      if (finished === undefined || finished.until <= now) return undefined
      const { address, revisedPrompt } = finished
      const image = address ?? images.get(id)
      return image === undefined && withImage ? undefined : UpstreamTask.cases.Succeeded.make({ image, revisedPrompt })
    })

  const remember = (id: TaskId, task: UpstreamTask) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      if (task._tag !== "Succeeded" || task.image === undefined) return
      const { image, revisedPrompt } = task
      const address = image._tag === "Address" ? image : undefined
      const until = now + Duration.toMillis("1 day")
      tasks.set(id, { address, revisedPrompt, until }, entrySize + sizeOf(address?.url) + sizeOf(revisedPrompt))
      if (image._tag === "Inline") images.set(id, image, image.base64.length)
    })

  return {
    /**
     * What the upstream says of a finished task; asked only if it is not remembered. Without an image that is itself in the
     * answer, unless that is wanted.
     */
    get: Effect.fnUntraced(function* (id: TaskId, { withImage }: { readonly withImage: boolean }) {
      const remembered = yield* recall(id, withImage)
      if (remembered !== undefined) return Option.some<UpstreamTask>(remembered)
      const found = yield* upstream.lookUp(id)
      if (Option.isSome(found)) yield* remember(id, found.value)
      return found
    }),
    remember
  }
})

interface Finished {
  /** Where the image is; `undefined` if it came with the answer. */
  readonly address: ImageLocation | undefined
  readonly revisedPrompt: string | undefined
  /** Milliseconds since 1970. */
  readonly until: number
}

/** Bytes that a task takes up beside its texts: its id and what holds it. */
const entrySize = 500

/** Bytes of a text in memory, at most. */
const sizeOf = (text = "") => 2 * text.length
