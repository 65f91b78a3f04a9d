import { Context } from "effect"

/** A path below which a host serves the service, such as `/pictures`: without a slash at its end. */
export type MountPath = `/${string}` | ""

/** Where the service's own routes begin, so that its links do too: at the root unless its host says otherwise. */
export const MountPath = Context.Reference<MountPath>("@scnmnt/server/MountPath", { defaultValue: () => "" })
