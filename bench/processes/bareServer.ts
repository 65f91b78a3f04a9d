import { createServer } from "node:http"
import { tell } from "../Listening.ts"

/** The floor of an answer: a constant JSON text, with no more headers than it takes. */
const [, , text = "{}"] = process.argv
const body = Buffer.from(text)
const headers = { "content-type": "application/json", "content-length": body.length }

tell(createServer((_, response) => response.writeHead(200, headers).end(body)))
