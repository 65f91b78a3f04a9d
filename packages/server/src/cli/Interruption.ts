import { Cause, Effect, Exit, MutableRef, Runtime } from "effect"
import { exitCodes } from "./CommandFailed.ts"

/** What the process ends with once a signal has told it to stop; there is one, as there is one process. */
const status = MutableRef.make<number>(exitCodes.interrupted)

/** Marks what runs until it is told to stop, so that to be told is no failure. */
export const isItsEnd = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.andThen(
    Effect.sync(() => MutableRef.set(status, 0)),
    effect
  )

/** How a command line of ours exits: by what its error says, or as {@link isItsEnd} says. */
export const teardown: Runtime.Teardown = (exit, onExit) =>
  Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
    ? onExit(MutableRef.get(status))
    : Runtime.defaultTeardown(exit, onExit)
