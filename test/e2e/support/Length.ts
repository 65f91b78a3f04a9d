import { assert } from "@effect/vitest"
import { differs } from "./Differences.ts"

/** What an answer's `Content-Length` tells is so; what is streamed has one, where the runtime lets it. */
export const assertLength = (told: string | null | undefined, bytes: number) => {
  if (typeof told === "string" || !differs("tells no length of what is streamed")) {
    assert.strictEqual(told, String(bytes))
  }
}
