export type LogFields = Readonly<Record<string, unknown>>

/**
 * The port for messages to the operator; `console` is a valid logger. {@link guardLogger} reports the errors of a
 * logger.
 */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

function ignore(): void {}

/** Drops every message. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }
