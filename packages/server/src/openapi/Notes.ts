/** What the schemas don't say of an operation: what its handler does with headers and statuses by itself. */
export interface Notes {
  /** More about the schemas' parameters, by name, and header parameters that only the handler knows. */
  readonly parameters?: Readonly<Record<string, Parameter>>
  readonly request?: Readonly<Record<string, Media>>
  /** By status. Headers and media types are added to what is there. */
  readonly responses?: Readonly<Record<string, Response>>
}

export interface Parameter {
  readonly description: string
  readonly schema?: object
  readonly example?: unknown
}

export interface Response {
  readonly description?: string
  readonly headers?: Readonly<Record<string, Header>>
  /** By media type. */
  readonly content?: Readonly<Record<string, Media>>
  /** Of an event stream: whole ones. */
  readonly events?: Readonly<Record<string, Example>>
}

export interface Header {
  readonly description: string
  readonly schema: object
  readonly example?: unknown
}

export interface Media {
  readonly schema?: object
  readonly examples?: Readonly<Record<string, Example>>
  readonly encoding?: object
  /** OpenAPI 3.2's `itemSchema`, the schema of one event, under a name that 3.1 allows. */
  readonly "x-itemSchema"?: object
}

export interface Example {
  readonly summary?: string
  readonly value: unknown
}
