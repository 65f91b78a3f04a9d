/** What a browser may load and do on behalf of an answer (Content Security Policy, level 3), by kind of answer. */
const policies = {
  /** Nothing: the answer is no page. */
  data: { "default-src": "'none'", "frame-ancestors": "'none'" },
  /**
   * What Swagger UI needs: its own two files, the document and the API, and images for its icons (`data:`) and for an
   * answer that is an image (`blob:`). It gets by without inline scripts, inline styles and `eval`.
   */
  reference: {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data: blob:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'"
  }
} satisfies Record<string, Record<string, string>>

/** The headers that keep a browser from taking an answer for more than it is, or for another site's. */
export const of = (kind: keyof typeof policies) => ({
  "content-security-policy": Object.entries(policies[kind])
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join("; "),
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff"
})
