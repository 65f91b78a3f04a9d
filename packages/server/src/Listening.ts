import { Context } from "effect"

/** Where the server listens. */
export class Listening extends Context.Service<
  Listening,
  {
    /** Such as `http://127.0.0.1:3000`, with no slash at its end. */
    readonly url: string
  }
>()("@scnmnt/server/Listening") {}
