import { Cache, Effect, Exit, Option } from "effect"
import { ImageUpstream, type UpstreamTask } from "./ports/ImageUpstream.ts"
import type { TaskId } from "./TaskId.ts"

/**
 * Remembers where the images of finished tasks are, so that showing one again costs no look-up. Bounded: the latest
 * 10,000, and without images that are themselves in the answer.
 */
export const make = Effect.gen(function* () {
  const upstream = yield* ImageUpstream
  const cache = yield* Cache.makeWith((id: TaskId) => upstream.lookUp(id), {
    capacity: 10_000,
    timeToLive: (exit) => (Exit.isSuccess(exit) && Option.exists(exit.value, isAddressed) ? "1 day" : 0)
  })
  return {
    /** What the upstream says of a finished task; asked only if it is not remembered. */
    get: (id: TaskId) => Cache.get(cache, id),
    remember: (id: TaskId, task: UpstreamTask) =>
      isAddressed(task) ? Cache.set(cache, id, Option.some(task)) : Effect.void
  }
})

const isAddressed = (task: UpstreamTask) => task._tag === "Succeeded" && task.image?._tag === "Address"
