// Given to node by `--import`: the server is the real one, but for its adapters, which are mortal.
import { registerHooks } from "node:module"

const real = new URL("../../../packages/server/src/Adapters.ts", import.meta.url).href
const mortal = new URL("MortalAdapters.ts", import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context)
    return found.url === real && context.parentURL !== mortal ? next(mortal, context) : found
  }
})
