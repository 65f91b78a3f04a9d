import { DateTime, Duration } from "effect"
import type { Fate } from "./Fault.ts"
import type { Mode, Task } from "./Wire.ts"

/** A task that was accepted, with all that its course and its picture follow from. */
export interface Accepted {
  readonly id: string
  readonly mode: Mode
  readonly prompt: string
  readonly model: string
  readonly size: string
  readonly quality: string
  readonly references: ReadonlyArray<Uint8Array>
  /** The origin that the caller used: image URLs name it. */
  readonly origin: string
}

export interface Entry extends Accepted {
  readonly acceptedAt: number
  readonly fate: Fate
  /** When a restart put an end to it. */
  readonly interruptedAt?: number
}

/** How the wire tells of a task at a given time: a function of nothing else. */
export const wireTask = (
  entry: Entry,
  now: number,
  zone: DateTime.TimeZone,
  paint: (entry: Entry) => Uint8Array
): Task => {
  const { fate, id, mode, model, quality, size } = entry
  const date = (millis: number) => localDate(millis, zone)
  const task = { id, mode, model, size, quality, created_at: date(entry.acceptedAt) }
  const stage = stageOf(entry, now)
  switch (stage._tag) {
    case "Queued":
      return {
        ...task,
        status: fate.workingStatus ?? "queued",
        updated_at: date(entry.acceptedAt),
        elapsed_secs: tenths(now - entry.acceptedAt)
      }
    case "Running":
      return {
        ...task,
        status: fate.workingStatus ?? "running",
        updated_at: date(stage.changedAt),
        progress: steps[stage.steps] ?? "receiving_image",
        elapsed_secs: tenths(now - stage.startedAt)
      }
    case "Ended": {
      const path = `/images/${encodeURIComponent(id)}.png`
      const base64 = () => Buffer.from(paint(entry)).toString("base64")
      return {
        ...task,
        status: fate.endStatus,
        updated_at: date(stage.endedAt),
        data: fate.data({ origin: entry.origin, path, base64 }),
        ...(fate.error === undefined ? {} : { error: fate.error }),
        // The last step's name stays on finished tasks.
        ...(stage.endedAt > stage.startedAt ? { progress: steps[2] } : {}),
        duration_ms: Math.round(stage.endedAt - stage.startedAt)
      }
    }
  }
}

export const isOver = (entry: Entry, now: number): boolean => stageOf(entry, now)._tag === "Ended"

type Stage =
  | { readonly _tag: "Queued" }
  | { readonly _tag: "Running"; readonly startedAt: number; readonly steps: number; readonly changedAt: number }
  | { readonly _tag: "Ended"; readonly startedAt: number; readonly endedAt: number }

const steps = ["getting_account", "image_stream_resolve_start", "receiving_image"] as const

const stageOf = (entry: Entry, now: number): Stage => {
  const startedAt = entry.acceptedAt + Duration.toMillis(entry.fate.queuedFor)
  const runsFor = Duration.toMillis(entry.fate.runsFor)
  const endedAt = entry.interruptedAt ?? startedAt + runsFor
  if (now >= endedAt) return { _tag: "Ended", startedAt: Math.min(startedAt, endedAt), endedAt }
  if (now < startedAt) return { _tag: "Queued" }
  const perStep = Math.min(runsFor, 60_000) / steps.length
  const step = Math.min(steps.length - 1, Math.floor((now - startedAt) / perStep))
  return { _tag: "Running", startedAt, steps: step, changedAt: startedAt + step * perStep }
}

const tenths = (millis: number): number => Math.round(millis / 100) / 10

const localDate = (millis: number, zone: DateTime.TimeZone): string =>
  DateTime.formatIsoOffset(DateTime.makeZonedUnsafe(millis, { timeZone: zone }))
    .slice(0, 19)
    .replace("T", " ")
