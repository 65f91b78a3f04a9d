/** What there is to know before the first request, in Markdown. */
export const introduction = `Image generation: credits, tasks, images and better prompts.

A picture takes four requests: check in for today's credits, order, follow the task, fetch its image.

**Answers.** A success is \`{"code": 0, "message": "ok", "data": …}\`. A failure has its HTTP status and
\`{"code": <status>, "error": "<Tag>", "message": "<for people>"}\`. Tags never change and are what programs go by; messages
come in English or Chinese by \`Accept-Language\`. Some failures say more: \`issues\` (what is wrong, and where), \`limit\`
(bytes, files or pixels), \`retryAfter\` (seconds, as in \`Retry-After\`), \`taskId\`. New members may come with a new version.

**Credits.** An order that fails was not charged. One that was charged brings an image, or its credit back. Send an
\`Idempotency-Key\` with an order, and it can be repeated after a timeout without being paid for twice; after a
\`QuotaUnavailable\` the repeat tells whether the order had come through.

**Everywhere.** Addresses are in lower case; a slash at the end makes no difference. An unknown one is 404
\`RouteNotFound\`, another method 405 \`MethodNotAllowed\` with \`Allow\`.`
