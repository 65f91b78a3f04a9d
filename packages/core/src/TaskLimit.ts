import { Context } from "effect"

/** How many tasks an account may have in flight: as many as it can pay for, by itself. */
export const maxTasksInFlight = Context.Reference<number>("@scnmnt/core/TaskLimit", { defaultValue: () => Infinity })
