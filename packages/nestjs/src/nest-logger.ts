import { inspect } from 'node:util'
import { Logger } from '@nestjs/common'
import type { CreateSchedulerOptions } from '@s3sched/plugin'

type SchedulerLogger = NonNullable<CreateSchedulerOptions['logger']>

/** Nest's own logger, as the scheduler calls it. */
export function nestLogger(): SchedulerLogger {
  const logger = new Logger('s3sched')
  return {
    debug: (message: string, fields?: object) => logger.debug(text(message, fields)),
    info: (message: string, fields?: object) => logger.log(text(message, fields)),
    warn: (message: string, fields?: object) => logger.warn(text(message, fields)),
    error: (message: string, fields?: object) => logger.error(text(message, fields)),
  }
}

function text(message: string, fields?: object): string {
  return fields === undefined ? message : `${message} ${inspect(fields, { breakLength: Infinity })}`
}
