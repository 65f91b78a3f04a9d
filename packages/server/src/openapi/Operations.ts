import { ImageType } from "@scnmnt/core/ImageType"
import { prometheusText } from "../api/SystemApi.ts"
import * as Examples from "./Examples.ts"
import * as Headers from "./Headers.ts"
import type { Example, Media, Notes } from "./Notes.ts"

const success = (data: unknown): Example => ({ value: { code: 0, message: "ok", data } })

const json = (examples: Readonly<Record<string, Example>>) => ({ "application/json": { examples } })

const fine = (description: string): Notes => ({
  responses: { 200: { description, content: json({ ok: success({ status: "ok" }) }) } }
})

const getReadiness: Notes = {
  responses: {
    200: {
      description: "The server can serve.",
      content: json({
        ok: success({ status: "ok", upstreamCircuit: "closed" }),
        noOrders: {
          summary: "The image service takes no orders",
          ...success({ status: "ok", upstreamCircuit: "open" })
        }
      })
    }
  }
}

const bytes: Record<string, Media> = Object.fromEntries(
  ImageType.literals.map((type) => [type, { schema: { type: "string", format: "binary" } }])
)

const generateImage: Notes = {
  parameters: {
    "Idempotency-Key": {
      description:
        "The client's own name for this order, unique within the account. An order that is sent again with the same key is not a new one."
    }
  },
  request: {
    "application/json": { examples: { words: { summary: "A picture in words", value: Examples.order } } },
    "multipart/form-data": {
      encoding: { image: { contentType: "image/png, image/jpeg, image/webp, image/gif" } },
      examples: { reference: { summary: "With reference images", value: Examples.orderWithReference } }
    }
  },
  responses: {
    200: {
      description: "The task to follow. The image service has accepted the order, or will be asked whether it has.",
      headers: {
        "Idempotency-Replayed": {
          description: "Present if this order came before; nothing more was charged.",
          schema: { type: "string", const: "true" }
        }
      },
      content: json({ queued: success(Examples.submitted) })
    }
  }
}

const getTask: Notes = {
  parameters: {
    id: { description: "The task's id.", example: Examples.tasks.queued.id },
    wait: {
      description: "How long the answer may wait for the task's end, in seconds, up to 55.",
      schema: { type: "number", minimum: 0, maximum: 55 }
    }
  },
  responses: {
    200: {
      description: "The task as it stands.",
      content: json({
        queued: success(Examples.tasks.queued),
        running: success(Examples.tasks.running),
        completed: success(Examples.tasks.completed),
        failed: success(Examples.tasks.failed),
        unknown: success(Examples.tasks.unknown)
      })
    }
  }
}

const followTask: Notes = {
  parameters: {
    id: { description: "The task's id.", example: Examples.tasks.queued.id },
    "Last-Event-ID": { description: "The id of the last event that the client has seen.", schema: { type: "string" } }
  },
  responses: {
    200: {
      description: "The task, event by event. Comments keep the connection alive.",
      headers: Headers.unbuffered,
      events: { completed: { summary: "Up to the image", value: Examples.taskEvents } }
    },
    204: { description: "The client has seen the last event, and need not come back." }
  }
}

const getImage: Notes = {
  parameters: { id: { description: "The task's id.", example: Examples.tasks.queued.id }, ...Headers.conditions },
  responses: {
    200: {
      description: "The whole image. So is the answer to a `Range` if the image's source does not support ranges.",
      headers: { ...Headers.image, "Content-Length": Headers.contentLength }
    },
    206: {
      description: "The part of the image that was asked for.",
      headers: {
        ...Headers.image,
        "Content-Length": Headers.contentLength,
        "Content-Range": Headers.contentRange("bytes 0-99/1482113")
      },
      content: bytes
    },
    304: { description: "The client has the image.", headers: Headers.image },
    416: { headers: { "Content-Range": Headers.contentRange("bytes */1482113") } }
  }
}

const enhancePrompt: Notes = {
  request: json({ details: { summary: "Fill in what it leaves open", value: Examples.enhancement } }),
  responses: {
    200: {
      description: "The improved prompt, piece by piece. Comments keep the connection alive.",
      headers: Headers.unbuffered,
      events: {
        whole: { summary: "A better prompt", value: Examples.enhancementEvents.whole },
        cutShort: { summary: "A failure on the way", value: Examples.enhancementEvents.cutShort }
      }
    }
  }
}

const credits = (description: string, quota: keyof typeof Examples.quota): Notes => ({
  request: json({ newcomer: { value: Examples.account } }),
  responses: { 200: { description, content: json({ [quota]: success(Examples.quota[quota]) }) } }
})

const getMetrics: Notes = {
  responses: {
    200: {
      description: "Every metric, with what it means.",
      content: { [prometheusText]: { examples: { some: { summary: "Some of them", value: Examples.metrics } } } }
    }
  }
}

/** By operation. */
export const notes: Readonly<Record<string, Notes>> = {
  generateImage,
  getTask,
  followTask,
  getImage,
  enhancePrompt,
  getQuota: credits("The account's credits.", "fresh"),
  checkIn: credits("The account's credits, including today's.", "checkedIn"),
  getStatus: fine("The API is there."),
  getLiveness: fine("The process is alive."),
  getReadiness,
  getMetrics
}
