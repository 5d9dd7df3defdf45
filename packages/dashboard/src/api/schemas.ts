/** The schemas of the OpenAPI document. Objects may get more fields at any time. */
const instant = { type: 'integer', description: 'Epoch milliseconds' }
const milliseconds = { type: 'number', description: 'Milliseconds' }
const text = { type: 'string' }
const orNull = (schema: object): object => ({ anyOf: [schema, { type: 'null' }] })
const listOf = (items: object): object => ({ type: 'array', items })
const objectOf = (properties: Readonly<Record<string, object>>, required = Object.keys(properties)): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: true,
})

/** A reference to one of {@link SCHEMAS}. */
export function refTo(name: string): object {
  return { $ref: `#/components/schemas/${name}` }
}

const status = { enum: ['success', 'failed', 'timeout', 'cancelled', 'skipped', 'missed', 'lost'] }
const context = { type: 'object', description: "The caller's fields for the action's context" }

export const SCHEMAS: Readonly<Record<string, object>> = {
  Error: objectOf({ error: objectOf({ code: text, message: text }) }),
  Trouble: objectOf({ message: text, since: instant }),
  Finding: objectOf({
    level: { enum: ['problem', 'notice'] },
    code: text,
    job: orNull(text),
    message: text,
    advice: text,
  }),
  Leader: objectOf({ state: { enum: ['missing', 'free', 'held', 'unreadable'] } }),
  Instance: objectOf({ workerId: text }),
  Request: objectOf({ id: text, jobName: text, kind: { enum: ['run', 'cancel'] }, requestedAt: instant }),
  Fleet: objectOf({
    store: text,
    now: instant,
    verdict: { enum: ['healthy', 'stopped', 'needs-attention'] },
    findings: listOf(refTo('Finding')),
    leader: refTo('Leader'),
    instances: listOf(refTo('Instance')),
    requests: listOf(refTo('Request')),
    trouble: orNull(refTo('Trouble')),
  }),
  OpenRun: objectOf({ runId: text, scheduledTime: instant, trigger: text, workerId: text, claimedAt: instant }),
  Job: objectOf({
    name: text,
    state: { enum: ['active', 'paused', 'disabled', 'removed'] },
    pausedFor: orNull(objectOf({ failures: { type: 'integer' }, runId: text, at: instant, error: orNull(text) })),
    spec: { type: 'object' },
    nextRun: orNull(instant),
    runsLeft: orNull({ type: 'integer' }),
    overdueSince: orNull(instant),
    running: listOf(refTo('OpenRun')),
    lastRun: orNull({ type: 'object' }),
    statistics: { type: 'object' },
  }),
  Run: objectOf(
    {
      runId: text,
      job: text,
      status,
      scheduledTime: instant,
      startedAt: instant,
      endedAt: instant,
      durationMs: milliseconds,
      attempts: listOf({ type: 'object' }),
      trigger: text,
      workerId: text,
      result: {},
      error: { type: 'object' },
      reason: text,
      log: listOf({ type: 'object' }),
      context: orNull(context),
    },
    ['runId', 'job', 'status', 'scheduledTime', 'endedAt', 'durationMs', 'attempts', 'trigger', 'workerId'],
  ),
  Jobs: objectOf({ jobs: listOf(refTo('Job')), trouble: orNull(refTo('Trouble')) }),
  Problem: objectOf({ key: text, problem: text }),
  Runs: objectOf({ runs: listOf(refTo('Run')), cursor: text, problems: listOf(refTo('Problem')) }, ['runs']),
  RunOrder: objectOf({ context }, []),
  Requested: objectOf({ runId: text }),
  CancelRequested: objectOf({ requestId: text }),
  Changed: objectOf({ outcome: { enum: ['changed', 'unchanged'] } }),
}
