import { describe, redactConnection } from '@s3sched/kernel'
import { StoreError } from './store-error.ts'

/** `INVALID_CONNECTION`, with the connection string but without its secrets. */
export function connectionError(connection: string, problem: string, suggestion: string): StoreError {
  const redacted = redactConnection(connection)
  return new StoreError(`connection ${describe(redacted)}: ${problem}`, {
    code: 'INVALID_CONNECTION',
    suggestion,
    context: { connection: redacted },
  })
}
