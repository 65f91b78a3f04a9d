import { Agent, createServer, request } from "node:http"
import { pipeline } from "node:stream"
import { announce } from "../Announcement.ts"

/** The floor of a hop: every request is passed on as it comes in, over connections that are kept, and so is its answer. */
const [, , upstream = ""] = process.argv
// Kept any longer, a connection might be closed by the upstream just when it is used again.
const agent = new Agent({ keepAlive: true, timeout: 2000 })

announce(
  createServer((incoming, response) => {
    // A line that breaks breaks the other too, which the load generator then fails for.
    const broken = (error: Error | null | undefined) => {
      if (error) response.destroy(error)
    }
    const { headers, method, url } = incoming
    const passedOn = request(`${upstream}${url}`, { agent, method, headers }, (answer) => {
      if (response.destroyed) {
        answer.destroy()
        return
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      pipeline(answer, response, broken)
    })
    pipeline(incoming, passedOn, broken)
  })
)
