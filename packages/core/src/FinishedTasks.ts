import { Clock, DateTime, Duration, Effect, Option } from "effect"
import { LatestBySize } from "./LatestBySize.ts"
import { type ImageLocation, ImageUpstream, UpstreamTask } from "./ports/ImageUpstream.ts"
import type { Spend } from "./Spend.ts"
import { retention } from "./SpendRetention.ts"
import type { TaskId } from "./TaskId.ts"
import type { Sighted } from "./WatchList.ts"

/**
 * Remembers for a day what the upstream says of finished tasks and where their images are, so that showing one again costs
 * no look-up; and their spends, which are settled for good, but no longer than the books keep them. Bounded: the latest in
 * 16 MiB, some 10,000; and of images that are themselves in the answer those in 32 MiB.
 */
export const make = Effect.gen(function* () {
  const upstream = yield* ImageUpstream
  const kept = yield* retention
  const tasks = new LatestBySize<TaskId, Finished>(16_777_216)
  const images = new LatestBySize<TaskId, ImageLocation>(33_554_432)

  /**
   * A settled spend with what the upstream says of its task, if both are remembered. Without an image that is itself in the
   * answer, unless that is wanted.
   */
  const recall = (id: TaskId, { withImage }: Wanted): Effect.Effect<Sighted | undefined> =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      const finished = tasks.get(id)
      if (finished === undefined || finished.until <= now) return undefined
      const { address, revisedPrompt, spend } = finished
      const image = address ?? images.get(id)
      if (image === undefined && withImage) return undefined
      return { spend, task: Option.some(UpstreamTask.cases.Succeeded.make({ image, revisedPrompt })) }
    })

  const remember = (spend: Spend, task: UpstreamTask) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      if (task._tag !== "Succeeded" || task.image === undefined) return
      const { image, revisedPrompt } = task
      const address = image._tag === "Address" ? image : undefined
      const folded = DateTime.toEpochMillis(spend.updatedAt) + Duration.toMillis(kept)
      const until = Math.min(now + Duration.toMillis("1 day"), folded)
      const size = entrySize + sizeOf(address?.url) + sizeOf(revisedPrompt)
      tasks.set(spend.taskId, { spend, address, revisedPrompt, until }, size)
      if (image._tag === "Inline") images.set(spend.taskId, image, image.base64.length)
    })

  return {
    recall,
    /** The same of a settled spend. The upstream is asked only if nothing is remembered. */
    get: Effect.fnUntraced(function* (spend: Spend, wanted: Wanted) {
      const remembered = yield* recall(spend.taskId, wanted)
      if (remembered !== undefined) return remembered.task
      const found = yield* upstream.lookUp(spend.taskId)
      if (Option.isSome(found)) yield* remember(spend, found.value)
      return found
    }),
    remember
  }
})

/** Whether an image that came with the answer is wanted, too. */
export interface Wanted {
  readonly withImage: boolean
}

interface Finished {
  readonly spend: Spend
  /** Where the image is; `undefined` if it came with the answer. */
  readonly address: ImageLocation | undefined
  readonly revisedPrompt: string | undefined
  /** Milliseconds since 1970. */
  readonly until: number
}

/** Bytes that a task takes up beside its texts: its spend and what holds it. */
const entrySize = 1500

/** Bytes of a text in memory, at most. */
const sizeOf = (text = "") => 2 * text.length
