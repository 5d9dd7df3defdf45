export type LogFields = Readonly<Record<string, unknown>>

/** Where a package says what an operator should know. `console` fits. What it throws is told by {@link guardLogger}. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

function ignore(): void {}

/** Says nothing. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }
