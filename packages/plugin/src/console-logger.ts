import type { Logger } from '@s3sched/kernel'

/** Prints only warnings and errors, which an operator should act on. */
export const consoleLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message, fields) => console.warn(`[s3sched] ${message}`, ...(fields === undefined ? [] : [fields])),
  error: (message, fields) => console.error(`[s3sched] ${message}`, ...(fields === undefined ? [] : [fields])),
}
