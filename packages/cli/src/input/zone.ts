import { UsageError } from '../ending.ts'

/** The name of a zone that the engine knows. @throws UsageError */
export function parseZone(text: string | undefined): string {
  if (text === undefined) return 'UTC'
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone === 'UTC' ? 'UTC' : text
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new UsageError(`expected --tz to be a time zone such as Europe/Berlin or UTC, got '${text}'`)
  }
}
