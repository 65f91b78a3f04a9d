/** What there is to know before the first request, in Markdown. */
export const introduction = `Image generation: credits, tasks, images and better prompts.

A picture takes four requests: check in for today's credits, order, follow the task, fetch its image.

**Answers.** A success is \`{"code": 0, "message": "ok", "data": …}\`. A failure has its HTTP status and
\`{"code": <status>, "error": "<Tag>", "message": "<for people>"}\`. Programs should go by the tags, which never change;
messages come in English or Simplified Chinese by \`Accept-Language\`. Some failures say more: \`issues\` (what is wrong, and
where), \`limit\` (bytes, files or pixels), \`retryAfter\` (seconds, as in \`Retry-After\`), \`taskId\`. New versions may add
members.

**Credits.** A failed order was not charged. A charged order brings an image, or its credit back. An order with an
\`Idempotency-Key\` can be repeated, after a timeout for example, without being charged twice; after \`QuotaUnavailable\` the
repeat tells whether the first one came through.

**Addresses** are in lower case; a slash at the end makes no difference. An unknown address gets 404 \`RouteNotFound\`,
another method 405 \`MethodNotAllowed\` with \`Allow\`.`
