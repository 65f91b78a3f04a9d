import { Clock, type DateTime, Effect } from "effect"
import { errors } from "./Bodies.ts"
import type { Fate } from "./Fault.ts"
import * as Painting from "./Painting.ts"
import { type Accepted, type Entry, isOver, wireTask } from "./TaskCourse.ts"
import type { Task } from "./Wire.ts"

/** A task as look-ups show it, with what the wire does not tell. */
export interface SimulatedTask extends Task {
  readonly prompt: string
  /** How many bytes each reference image had. */
  readonly referenceSizes: ReadonlyArray<number>
}

export interface Settings {
  readonly zone: DateTime.TimeZone
  readonly imageSide: number
  readonly fate: Fate
}

/**
 * The upstream's tasks. Where a task stands is worked out from the Clock whenever somebody asks, so nothing runs in
 * the background and a test clock moves tasks as it moves everything else.
 */
export const make = (settings: Settings) =>
  Effect.sync(() => {
    const entries = new Map<string, Entry>()
    const pictures = new Map<string, Uint8Array>()

    const picture = (entry: Entry): Uint8Array => {
      const known = pictures.get(entry.id)
      if (known !== undefined) return known
      const painted = Painting.paint({ ...entry, longSide: settings.imageSide })
      pictures.set(entry.id, painted)
      return painted
    }

    const show = (entry: Entry, now: number): Task => wireTask(entry, now, settings.zone, picture)

    const found = (id: string): Entry | undefined => {
      const entry = entries.get(id)
      return entry?.fate.missing === true ? undefined : entry
    }

    return {
      /** Starts the task, unless its id is known: then it answers the one that there is, whatever the payload. */
      submit: (task: Accepted, fateOf: () => Partial<Fate>) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          const known = entries.get(task.id)
          const entry = known ?? { ...task, acceptedAt: now, fate: { ...settings.fate, ...fateOf() } }
          entries.set(task.id, entry)
          return show(entry, now)
        }),

      /** In the order asked for; no ids at all means every task, the newest first. */
      lookUp: Effect.fnUntraced(function* (ids: ReadonlyArray<string>) {
        const now = yield* Clock.currentTimeMillis
        if (ids.length === 0) {
          const all = [...entries.keys()].flatMap((id) => found(id) ?? []).map((entry) => show(entry, now))
          return { items: all.toSorted((a, b) => b.updated_at.localeCompare(a.updated_at)), missing_ids: [] }
        }
        return {
          items: ids.flatMap((id) => found(id) ?? []).map((entry) => show(entry, now)),
          missing_ids: ids.filter((id) => found(id) === undefined)
        }
      }),

      /** The picture of a task that has come to a good end. */
      picture: Effect.fnUntraced(function* (id: string) {
        const now = yield* Clock.currentTimeMillis
        const entry = entries.get(id)
        return entry !== undefined && isOver(entry, now) && entry.fate.error === undefined ? picture(entry) : undefined
      }),

      promptOf: (id: string): string | undefined => entries.get(id)?.prompt,

      all: Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        return Array.from(entries.values(), (entry): SimulatedTask => ({
          ...show(entry, now),
          prompt: entry.prompt,
          referenceSizes: entry.references.map((bytes) => bytes.length)
        }))
      }),

      /** A restart turns every task that is queued or running into an error. */
      restart: Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        for (const entry of entries.values()) {
          if (isOver(entry, now)) continue
          const fate = { ...entry.fate, endStatus: "error", error: errors.restart, data: () => undefined }
          entries.set(entry.id, { ...entry, fate, interruptedAt: now })
        }
      }),

      /** These tasks, or all of them, are missing from now on; their ids start anew. */
      forget: (ids?: Iterable<string>) =>
        Effect.sync(() => {
          for (const id of ids ?? [...entries.keys()]) {
            entries.delete(id)
            pictures.delete(id)
          }
        })
    }
  })
export type TaskBook = Effect.Success<ReturnType<typeof make>>
