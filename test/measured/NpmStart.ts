import packageJson from "../../package.json" with { type: "json" }

/** How `npm start` starts the server, so that what is measured is what users run; but for a file of the machine at hand. */
const words = packageJson.scripts.start.split(" ").filter((word) => !word.startsWith("--env-file"))
const node = words.indexOf("node")
const entry = words.findIndex((word) => word.startsWith("packages/"))

export const environment = Object.fromEntries(new URLSearchParams(words.slice(0, node).join("&")))
export const nodeOptions = words.slice(node + 1, entry)
/** The entry, and what it is told. */
export const command = words.slice(entry)
