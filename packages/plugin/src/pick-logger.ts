import type { LogFields, Logger } from '@s3sched/kernel'
import { consoleLogger } from './console-logger.ts'

type FieldsFirst = (fields: object, message?: string) => void

/** A logger that takes the fields first, as pino and bunyan do. */
export interface FieldsFirstLogger {
  readonly debug: FieldsFirst
  readonly info: FieldsFirst
  readonly warn: FieldsFirst
  readonly error: FieldsFirst
  /** Gives loggers below this one; by `bindings` (pino) or `addSerializers` (bunyan) it is told from others. */
  readonly child: (bindings: object) => unknown
}

/** The logger of the options as ours; without one, the console's. */
export function pickLogger(given: Logger | FieldsFirstLogger | undefined): Logger {
  if (given === undefined) return consoleLogger
  if (!takesFieldsFirst(given)) return given
  const say =
    (level: keyof Logger) =>
    (message: string, fields: LogFields = {}): void => {
      // Under this name both write an error's stack; any other becomes an empty object.
      const { error, ...others } = fields
      given[level](error === undefined ? others : { ...others, err: error }, message)
    }
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
}

function takesFieldsFirst(logger: Logger | FieldsFirstLogger): logger is FieldsFirstLogger {
  const { addSerializers, bindings, child } = logger as unknown as Readonly<Record<string, unknown>>
  return typeof child === 'function' && (typeof bindings === 'function' || typeof addSerializers === 'function')
}
