import type { LogFields, Logger } from '@s3sched/kernel'
import { consoleLogger } from './console-logger.ts'

type FieldsFirst = (fields: object, message?: string) => void

/** A logger that takes the fields first, as pino and bunyan do. */
export interface FieldsFirstLogger {
  readonly debug: FieldsFirst
  readonly info: FieldsFirst
  readonly warn: FieldsFirst
  readonly error: FieldsFirst
  /**
   * Creates child loggers. With `bindings` (pino) or `addSerializers` (bunyan), the method identifies such a logger.
   */
  readonly child: (bindings: object) => unknown
}

/** The logger of the options, adapted to {@link Logger}; the console by default. */
export function pickLogger(given: Logger | FieldsFirstLogger | undefined): Logger {
  if (given === undefined) return consoleLogger
  if (!takesFieldsFirst(given)) return given
  const say =
    (level: keyof Logger) =>
    (message: string, fields: LogFields = {}): void => {
      // The name under which pino and bunyan write an error's stack; under any other name the error becomes an empty
      // object.
      const { error, ...others } = fields
      given[level](error === undefined ? others : { ...others, err: error }, message)
    }
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
}

function takesFieldsFirst(logger: Logger | FieldsFirstLogger): logger is FieldsFirstLogger {
  const { addSerializers, bindings, child } = logger as unknown as Readonly<Record<string, unknown>>
  return typeof child === 'function' && (typeof bindings === 'function' || typeof addSerializers === 'function')
}
