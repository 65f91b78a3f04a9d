import { Effect, Predicate } from "effect"
import { Fault, type Fate, type Manner } from "./Fault.ts"
import { faultsIn } from "./PromptFaults.ts"
import type { Call } from "./Wire.ts"

export interface PlayOptions {
  /** How many requests meet it before it is spent: one unless told, `Infinity` for all. */
  readonly times?: number
  /** Only these requests; others pass it by. */
  readonly when?: When
}

export interface When {
  /** The id of the submit, or one of those looked up, or of the picture. */
  readonly clientTaskId?: string
  readonly path?: string
  /** A part of the prompt: of the submit, of a task looked up, of the picture's task, or of the user's chat message. */
  readonly prompt?: string | RegExp
}

/** What a request is about: what `when` is held against. */
export interface Scene {
  readonly call: Call
  readonly path: string
  readonly ids: ReadonlyArray<string>
  readonly prompts: ReadonlyArray<string>
}

export type AnswerFault = Extract<Fault, { on: Call }>

/**
 * The faults still to be played, first in, first out. A request takes at most one that spoils its answer, and one
 * more for the task that it starts or for the stream that it opens, so that three plays in a row happen in that row.
 */
export const make = Effect.sync(() => {
  const playing: Array<{ readonly fault: Fault; readonly when: When; left: number }> = []

  const take = <A extends Fault>(scene: Scene, fits: Predicate.Refinement<Fault, A>): A | undefined => {
    for (const [index, entry] of playing.entries()) {
      if (!fits(entry.fault) || !matches(entry.when, scene)) continue
      entry.left -= 1
      if (entry.left <= 0) playing.splice(index, 1)
      return entry.fault
    }
    return scene.prompts.flatMap(faultsIn).find(fits)
  }

  return {
    play: (fault: Fault, options: PlayOptions = {}): Effect.Effect<void> =>
      Effect.sync(() => {
        playing.push({ fault, when: options.when ?? {}, left: options.times ?? 1 })
      }),
    clear: Effect.sync(() => {
      playing.length = 0
    }),
    answerTo: (scene: Scene): Effect.Effect<AnswerFault | undefined> =>
      Effect.sync(() => take(scene, (fault): fault is AnswerFault => "on" in fault && fault.on === scene.call)),
    /** No Effect, so that accepting a task and drawing its fate is one step. */
    fateOf: (scene: Scene): Partial<Fate> => take(scene, Fault.$is("Fated"))?.fate ?? {},
    mannerOf: (scene: Scene): Effect.Effect<Partial<Manner>> =>
      Effect.sync(() => take(scene, Fault.$is("Mannered"))?.manner ?? {})
  }
})
export type Playbill = Effect.Success<typeof make>

const matches = (when: When, scene: Scene): boolean => {
  const { clientTaskId, path, prompt } = when
  return (
    (clientTaskId === undefined || scene.ids.includes(clientTaskId)) &&
    (path === undefined || scene.path === path) &&
    (prompt === undefined ||
      scene.prompts.some((text) => (Predicate.isRegExp(prompt) ? text.search(prompt) !== -1 : text.includes(prompt))))
  )
}
