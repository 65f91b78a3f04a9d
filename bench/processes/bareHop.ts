import { Agent, createServer, request } from "node:http"
import { pipeline } from "node:stream"
import { announce } from "../Announcement.ts"

/** The floor of a hop: every request is passed on as it comes in, over connections that are kept, and so is its answer. */
const [, , upstream = ""] = process.argv
const agent = new Agent({ keepAlive: true })

announce(
  createServer((incoming, response) => {
    const passedOn = request(
      upstream + incoming.url,
      { agent, method: incoming.method, headers: incoming.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        pipeline(answer, response, () => {})
      }
    )
    // A line that breaks breaks the other too, which the load generator then fails for.
    pipeline(incoming, passedOn, (error) => error && response.destroy(error))
    passedOn.on("error", (error) => response.destroy(error))
  })
)
