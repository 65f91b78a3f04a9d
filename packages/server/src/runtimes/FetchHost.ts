import * as FetchUpstreamHttpClient from "@scnmnt/adapters-http/FetchUpstreamHttpClient"

/** What the service needs of its host where there is nothing but `fetch`: no disk, so that uploads stay in memory. */
export const layer = FetchUpstreamHttpClient.layer
