import type { ImageTask } from "@scnmnt/core/ImageTask"
import { TaskStatus } from "@scnmnt/core/ImageTask"
import type { TaskId } from "@scnmnt/core/TaskId"
import { Effect } from "effect"
import type { Task } from "../api/ImagesApi.ts"
import { Wording } from "../api/Wording.ts"
import { MountPath } from "../MountPath.ts"

/** A task as clients read it, in their language. */
export const ofTask = Effect.fnUntraced(function* ({ taskId, mode, size, status, createdAt, updatedAt }: ImageTask) {
  const word = yield* Wording
  const mountPath = yield* MountPath
  return {
    id: taskId,
    mode,
    size,
    createdAt,
    updatedAt,
    ...TaskStatus.match(status, {
      Queued: () => ({ status: "queued" as const }),
      Running: ({ progress }) => ({ status: "running" as const, ...(progress !== undefined && { progress }) }),
      Completed: ({ revisedPrompt }) => ({
        status: "completed" as const,
        image: `${mountPath}/api/images/tasks/${taskId}/image`,
        ...(revisedPrompt !== undefined && { revisedPrompt })
      }),
      Failed: ({ reason }) => ({ status: "failed" as const, error: word(reason), refunded: true })
    })
  } satisfies Task
})

/** What clients read of an id that is not known. */
export const ofUnknown = (id: TaskId) =>
  Effect.map(Wording, (word) => ({ id, status: "failed" as const, error: word("unknown-task") }))
