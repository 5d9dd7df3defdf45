import { messageOf } from '@s3sched/kernel'

/** The reason of a failed call. Errors of several addresses at once have no message of their own. */
export function reasonOf(thrown: unknown): string {
  const text = messageOf(thrown)
  if (text !== '') return text
  const { code, name } = thrown as { readonly code?: unknown; readonly name?: unknown }
  return String(code ?? name)
}
