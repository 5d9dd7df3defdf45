import { UsageError } from './ending.ts'
import type { Invocation } from './invocation.ts'

/** The command's subject. A command that needs a subject declares so, and the words were checked before. */
export function subjectOf({ command, subject }: Invocation): string {
  if (subject === undefined) throw new UsageError(`expected what to ${command}`)
  return subject
}
