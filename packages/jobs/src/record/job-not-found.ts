import { describe, didYouMean } from '@s3sched/kernel'
import { SchedulerError } from '../scheduler-error.ts'

/** The most names in the advice. */
const NAMED = 5

/**
 * The error about a job that nobody has defined.
 * @param asked - the name; JavaScript may ask for a value that is no text
 * @param known - the names of the jobs that are there; a removed job may still be among the names
 */
export function jobNotFound(asked: unknown, known: readonly string[] = []): SchedulerError {
  const name = typeof asked === 'string' ? asked : describe(asked)
  const suggestion = suggestionFor(
    name,
    known.filter((each) => each !== name),
  )
  return new SchedulerError(`Job '${name}' not found`, {
    code: 'JOB_NOT_FOUND',
    context: { jobName: name },
    ...(suggestion === undefined ? {} : { suggestion }),
  })
}

function suggestionFor(name: string, known: readonly string[]): string | undefined {
  const meant = didYouMean(name, known)
  if (meant !== undefined) return `Did you mean '${meant}'?`
  if (known.length === 0) return undefined
  const names = known.toSorted().slice(0, NAMED)
  const more = known.length > NAMED ? ` and ${known.length - NAMED} more` : ''
  return `Known are ${names.map((each) => `'${each}'`).join(', ')}${more}`
}
