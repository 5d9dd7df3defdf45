/** The data of a line of the log, by name. */
export type LogFields = Readonly<Record<string, unknown>>

/**
 * The port for messages to the operator; `console` is a valid logger. {@link guardLogger} reports the errors of a
 * logger.
 */
export interface Logger {
  /** A detail for those who look for a fault. */
  debug(message: string, fields?: LogFields): void
  /** A fact of the normal course. */
  info(message: string, fields?: LogFields): void
  /** A trouble that the scheduler lives with. */
  warn(message: string, fields?: LogFields): void
  /** A failure that somebody must look at. */
  error(message: string, fields?: LogFields): void
}

function ignore(): void {}

/** Drops every message. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }
