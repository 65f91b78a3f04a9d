import { createServer } from "node:http"
import { announce } from "../Announcement.ts"

/** The floor of an answer: a constant JSON text, with no more headers than it takes. */
const [, , text = "{}"] = process.argv
const body = Buffer.from(text)
const headers = { "content-type": "application/json", "content-length": body.length }

announce(createServer((_, response) => response.writeHead(200, headers).end(body)))
