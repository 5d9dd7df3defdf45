import { S3SchedError, describe, nameAdvice, type Random } from '@s3sched/kernel'
import type { RunContext } from './run-context.ts'

/** The user's function. Its return value, or promise, may be anything; a thrown error is the attempt's error. */
export type Action = (context: RunContext) => unknown

/** A run for the executor: an action with its key and its fields. */
export interface Task {
  /** The unit of overlap: a job's name. 1 to 256 characters. */
  readonly key: string
  /** Unique to this run. 1 to 256 characters. @default a fresh one */
  readonly runId?: string
  readonly action: Action
  /** Fields for the action's context beside the executor's own fields. */
  readonly fields?: Readonly<Record<string, unknown>>
}

/**
 * A bare action becomes a task with a random key, and overlaps with nothing.
 * @throws {@link S3SchedError} `INVALID_TASK`
 */
export function resolveTask(given: Task | Action, random: Random): Required<Task> {
  const task = typeof given === 'function' ? { key: random.id(), action: given } : given
  if (typeof task !== 'object' || task === null) throw invalid('expected a task or a function', task)
  const { key, runId = random.id(), action, fields = {} } = task
  if (!isName(key)) throw invalid('expected key to be a string of 1 to 256 characters', key)
  if (!isName(runId)) throw invalid('expected runId to be a string of 1 to 256 characters', runId)
  if (typeof action !== 'function') throw invalid(`expected the action of ${describe(key)} to be a function`, action)
  if (typeof fields !== 'object' || fields === null) {
    throw invalid(`expected the fields of ${describe(key)} to be an object`, fields)
  }
  const unknown = Object.keys(task).find((name) => !FIELDS.has(name))
  if (unknown !== undefined) throw unknownField(key, unknown)
  return { key, runId, action, fields }
}

const FIELDS: ReadonlySet<string> = new Set(['key', 'runId', 'action', 'fields'])

/** Retries beside the action, and not in the policy, would never be made. */
function unknownField(key: string, name: string): S3SchedError {
  const otherwise =
    'Options of the run, such as retries, are the second argument of run; fields of the context belong into fields'
  return new S3SchedError(`the task ${describe(key)}: unknown field '${name}'`, {
    code: 'INVALID_TASK',
    suggestion: nameAdvice(name, [...FIELDS], otherwise),
  })
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 256
}

function invalid(expected: string, value: unknown): S3SchedError {
  return new S3SchedError(`${expected}, got ${describe(value)}`, { code: 'INVALID_TASK' })
}
