/** Relations between the fields of a definition. Each check throws a SchedulerError `INVALID_JOB`. */
import { isGeneratorFunction } from 'node:util/types'
import { checkActionFile } from '@s3sched/executor'
import { describe, isObject } from '@s3sched/kernel'
import {
  checkContextOfTicks,
  inScheduler,
  isStandardSchema,
  SchedulerError,
  type AnyJobDefinition,
} from '@s3sched/jobs'
import { NO_FIELDS } from './resolved-job.ts'

export function checkAction(name: string, { action, isolate, resourceLimits }: AnyJobDefinition): void {
  if (action instanceof URL) return inScheduler('INVALID_JOB', () => checkActionFile(action), `Job '${name}'`)
  if (typeof action === 'function' && (isolate ?? resourceLimits) !== undefined) throw functionCantLeave(name)
  if (!isGeneratorFunction(action)) return
  throw new SchedulerError(`Job '${name}': expected action to be a plain or an async function, got a generator`, {
    code: 'INVALID_JOB',
    suggestion: 'Nothing would run the body of a generator: take its asterisk away',
    context: { jobName: name },
  })
}

/** Ticks and starts by other jobs have only the context of the definition. A caller can give the rest of a context. */
export function checkTicks(
  name: string,
  { after, context = NO_FIELDS, runOnStart, schedule, schema }: AnyJobDefinition,
): void {
  const isStartedByCallers = schedule === null && after === undefined && runOnStart !== true
  if (isStartedByCallers || !isStandardSchema(schema) || !isObject(context)) return
  checkContextOfTicks(name, schema, context)
}

function functionCantLeave(name: string): SchedulerError {
  return new SchedulerError(
    `Job '${name}': expected action to be the URL of a file for an isolated job, got a function`,
    {
      code: 'INVALID_JOB',
      suggestion:
        'A function can\'t leave its process: make it the default export of a file, and write `action: new URL("./jobs/report.js", import.meta.url)`',
      context: { jobName: name },
    },
  )
}

export function checkGroupLimit(name: string, { group, groupLimit }: AnyJobDefinition): void {
  if (group !== undefined || groupLimit === undefined) return
  throw new SchedulerError(`Job '${name}': expected a group for groupLimit ${describe(groupLimit)}, got none`, {
    code: 'INVALID_JOB',
    suggestion: "Name the group, as in `group: 'database', groupLimit: 2`, or `groupLimit: { fleet: 2 }`",
    context: { jobName: name },
  })
}

/** Rules of ticks are of no use to a job without a schedule. */
export function checkRules(name: string, definition: AnyJobDefinition): void {
  if (definition.schedule !== null) return
  const { exclude, from, maxRuns = 0, until } = definition
  const rules = { from, until, exclude, maxRuns: maxRuns === 0 ? undefined : maxRuns }
  const given = Object.entries(rules).flatMap(([rule, value]) => (value === undefined ? [] : [rule]))
  if (given.length === 0) return
  throw new SchedulerError(`Job '${name}': expected a schedule for ${given.join(' and ')}, got null`, {
    code: 'INVALID_JOB',
    suggestion: 'These rules are about the ticks of a schedule',
    context: { jobName: name },
  })
}
