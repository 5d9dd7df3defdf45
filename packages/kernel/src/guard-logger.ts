import { messageOf } from './error.ts'
import type { Logger } from './logger.ts'
import { onRejection } from './on-rejection.ts'

/**
 * A logger for code that must go on when its logger fails: a claim loop that ends because a log line failed would claim
 * nothing any more. The first error or rejection of the logger becomes a warning of the process.
 */
export function guardLogger(logger: Logger): Logger {
  let isTold = false
  const tell = (error: unknown): void => {
    if (isTold) return
    isTold = true
    process.emitWarning(`the logger failed, and what it was told is lost: ${messageOf(error)}`, {
      type: 'S3SchedWarning',
      code: 'S3SCHED_LOGGER',
    })
  }
  const say =
    (level: keyof Logger) =>
    (...line: Parameters<Logger['info']>): void => {
      try {
        onRejection(logger[level](...line), tell)
      } catch (error) {
        tell(error)
      }
    }
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
}
