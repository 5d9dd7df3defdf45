import { diag } from '@opentelemetry/api'

/**
 * Calls the telemetry, whose processors and exporters are code of the application. A failure of theirs is told to the
 * diagnostics of OpenTelemetry: it must neither fail an action, nor repeat an action that has succeeded.
 */
export function quietly<T>(tell: () => T): T | undefined {
  try {
    return tell()
  } catch (error) {
    diag.error('s3sched: the telemetry threw', error)
    return undefined
  }
}
