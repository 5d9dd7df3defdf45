import { describe, isObject } from '@s3sched/kernel'
import { SchedulerError } from '../scheduler-error.ts'
import type { OwnFields } from './job-context.ts'
import type { SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.ts'

/** The most issues named in a message; further issues are counted. */
const MOST_NAMED = 10

/**
 * Checks that a caller's context is an object of fields. The record of a run holds the fields, so any other value would
 * make the record unreadable, and its job with it.
 * @throws SchedulerError `INVALID_CONTEXT`
 */
export function checkFields(name: string, fields: unknown): asserts fields is OwnFields {
  if (isObject(fields)) return
  throw new SchedulerError(`Job '${name}': expected the context to be an object of fields, got ${describe(fields)}`, {
    code: 'INVALID_CONTEXT',
    suggestion: 'Give the value a name, as in runJob(name, { value })',
    context: { jobName: name },
  })
}

/**
 * Checks the own fields of a context by the schema of its job.
 * @returns the output of the schema; as a promise where the schema checks asynchronously
 * @throws SchedulerError `INVALID_CONTEXT`, naming the path and the message of each issue
 */
export function checkContext(name: string, schema: StandardSchema, fields: OwnFields): OwnFields | Promise<OwnFields> {
  const result = schema['~standard'].validate(fields)
  return 'then' in result ? result.then((late) => outputOf(name, late)) : outputOf(name, result)
}

/**
 * Checks the context of ticks, as far as a schema answers at once; a claimed run is checked anyway.
 * @throws SchedulerError `INVALID_CONTEXT`
 */
export function checkContextOfTicks(name: string, schema: StandardSchema, fields: OwnFields): void {
  const checked = checkContext(name, schema, fields)
  if (checked instanceof Promise) checked.catch(() => {}) // told again, and by name, when a run is claimed
}

function outputOf(name: string, result: SchemaResult<unknown>): OwnFields {
  if (result.issues !== undefined) throw refused(name, result.issues)
  const { value } = result
  if (isObject(value)) return value
  throw new SchedulerError(
    `Job '${name}': expected the schema to put out an object of fields, got ${describe(value)}`,
    {
      code: 'INVALID_CONTEXT',
      suggestion: 'Describe the fields of the context by an object schema',
      context: { jobName: name },
    },
  )
}

function refused(name: string, found: readonly SchemaIssue[]): SchedulerError {
  const issues = found.map(({ message, path = [] }) => ({ path: pathOf(path), message }))
  const named = issues.slice(0, MOST_NAMED).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  const more = issues.length > MOST_NAMED ? `; and ${issues.length - MOST_NAMED} more` : ''
  return new SchedulerError(`Job '${name}' can't run with this context: ${named.join('; ')}${more}`, {
    code: 'INVALID_CONTEXT',
    suggestion: 'Give a context that fits the schema of the job; the fields of its definition count too',
    context: { jobName: name, issues },
  })
}

function pathOf(path: NonNullable<SchemaIssue['path']>): string {
  return path.map((segment) => String(typeof segment === 'object' ? segment.key : segment)).join('.')
}
