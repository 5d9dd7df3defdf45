import { UsageError } from './ending.ts'
import type { Invocation } from './invocation.ts'

/** What the command is about; commands that need it declare so, and the words were checked for it. */
export function subjectOf({ command, subject }: Invocation): string {
  if (subject === undefined) throw new UsageError(`expected what to ${command}`)
  return subject
}
