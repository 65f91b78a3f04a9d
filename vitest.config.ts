import { defineConfig } from "vitest/config"
import type { Reporter } from "vitest/node"

const conditions = ["scnmnt-source"]

/** `12 passed, 0 failed` on a line of its own. A file that breaks before its tests counts as one failure. */
const closingLine: Reporter = {
  onTestRunEnd: (files, errors) => {
    const tests = files.flatMap((file) => [...file.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    const broken = files.reduce((sum, file) => sum + file.errors().length, errors.length)
    const skipped = count("skipped")
    const line = `${count("passed")} passed, ${count("failed") + broken} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`
    process.stdout.write(`${line}\n`)
  }
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    globalSetup: "test/engines/install.ts",
    include: ["test/**/*.test.ts", "packages/*/test/**/*.test.ts"],
    // Says that a test hangs, and not that the machine is busy.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ["default", closingLine]
  }
})
