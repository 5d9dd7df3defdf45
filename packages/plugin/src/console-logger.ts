import type { Logger } from '@s3sched/kernel'

/** Says on the console what an operator should act on, and is silent about the rest. */
export const consoleLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message, fields) => console.warn(`[s3sched] ${message}`, ...(fields === undefined ? [] : [fields])),
  error: (message, fields) => console.error(`[s3sched] ${message}`, ...(fields === undefined ? [] : [fields])),
}
