import { availableParallelism } from "node:os"
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

/** What one runtime is tested with: its tests see it as `runtime`. */
const project = (runtime: "node" | "deno" | "bun", include: ReadonlyArray<string>) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: runtime,
    provide: { runtime },
    include: [...include],
    // Says that a test hangs, and not that the machine is busy.
    testTimeout: 30_000,
    hookTimeout: 30_000
  }
})

/** The same tests for every runtime: all that does not hold the service's clock, each server a process of its own. */
const shared = [
  "test/e2e/*.test.ts",
  "test/sockets/*.test.ts",
  "test/doors/in-flight.test.ts",
  "test/streams/{chat-faults,enhancement-frames,shutdown,task-events}.test.ts",
  "test/uploads/{limits,parts,pixels,spooling,thresholds}.test.ts",
  "test/images/{conditions,faults,limit,ranges,streaming,wrong-parts}.test.ts",
  "test/reference/serving.test.ts"
]

export default defineConfig({
  test: {
    globalSetup: "test/install.ts",
    // Servers and clocks are waited for more than the processor is: vitest's own choice would be one less than it has.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    reporters: ["default", closingLine],
    projects: [
      project("node", ["test/**/*.test.ts", "packages/*/test/**/*.test.ts"]),
      project("deno", shared),
      project("bun", shared)
    ]
  }
})
