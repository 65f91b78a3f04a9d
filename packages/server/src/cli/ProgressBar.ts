import { Clock, Effect, Option, Ref, Schedule, Stream } from "effect"
import { printable, Screen } from "./Screen.ts"

/** A task at one moment. */
interface Moment {
  readonly status: string
  /** The step that it is at, where the status alone does not tell. */
  readonly progress?: string | undefined
}

/**
 * Shows how a task comes on and answers with its last moment: one line, drawn again and again, on a terminal; a line
 * for each step elsewhere.
 */
export const show = Effect.fnUntraced(function* <A extends Moment, E, R>(moments: Stream.Stream<A, E, R>) {
  const screen = yield* Screen
  const startedAt = yield* Clock.currentTimeMillis
  const course = yield* Ref.make<Course<A>>({ steps: 0, label: "", since: startedAt, last: undefined })

  const draw = Effect.gen(function* () {
    const { label, last, since, steps } = yield* Ref.get(course)
    const now = yield* Clock.currentTimeMillis
    const done = last?.status === "completed" ? 1 : fraction(steps, now - since)
    // A line that wraps could not be drawn again.
    const fitting = `${seconds(now - startedAt)}  ${label}`.slice(0, Math.max(0, screen.width - width - 5))
    yield* screen.redraw(`  ${screen.styled("cyan", bar(done))}  ${fitting}`)
  })

  const advance = Effect.fnUntraced(function* (moment: A) {
    const { label: before, steps } = yield* Ref.get(course)
    const now = yield* Clock.currentTimeMillis
    const label = labelOf(moment)
    if (label !== before) {
      yield* Ref.set(course, { steps: steps + 1, label, since: now, last: moment })
      if (!screen.canAnimate) yield* screen.line(`  ${seconds(now - startedAt)}  ${label}`)
    }
  })

  const following = Stream.runForEach(moments, advance)
  yield* screen.canAnimate
    ? following.pipe(
        Effect.raceFirst(Effect.repeat(draw, Schedule.spaced("100 millis"))),
        Effect.ensuring(Effect.andThen(draw, screen.line()))
      )
    : following
  return Option.fromUndefinedOr((yield* Ref.get(course)).last)
})

interface Course<A> {
  /** How many steps have been seen, this one included. */
  readonly steps: number
  readonly label: string
  readonly since: number
  readonly last: A | undefined
}

const labelOf = ({ progress, status }: Moment) =>
  progress === undefined ? status : `${status}: ${printable(progress.replaceAll("_", " "))}`

/** Nobody knows how long a step takes: each has a part of the bar, and comes ever nearer to its end. */
const fraction = (step: number, millis: number) =>
  step === 0 ? 0 : Math.min(1, (step - 2 ** (-millis / 800)) / expectedSteps)
const expectedSteps = 4

const bar = (fraction: number) => {
  const filled = Math.min(width, Math.round(fraction * width))
  return "█".repeat(filled) + "░".repeat(width - filled)
}
const width = 28

const seconds = (millis: number) => `${(millis / 1000).toFixed(1)} s`
