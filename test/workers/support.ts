/** The processes of those that serve by this log, or did, in the order in which they came. */
export const workersIn = (log: string) => [...log.matchAll(/listening on.*"pid":(\d+)/g)].map(([, pid]) => Number(pid))
