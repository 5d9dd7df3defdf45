import { isObject } from '@s3sched/kernel'
import { verdictOf, type JobView } from '@s3sched/operator'
import type { Action } from '../http/route.ts'
import { ApiRefusal, type ApiAnswer, type ApiCall, type Operation } from './operation.ts'
import { readRuns, RUNS_QUERY } from './read-runs.ts'
import { refTo } from './schemas.ts'

const AT = {
  name: 'at',
  description: "The run's scheduled time, epoch ms: without it the runs of the job are searched",
  schema: { type: 'integer' },
}

/** All operations of the API, in the order of the document. */
export const OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/fleet',
    id: 'getFleet',
    summary: 'The leader, the instances, the waiting requests, and what is wrong',
    gives: refTo('Fleet'),
    answers: 200,
    answer: ({ operator, snapshot: { health, leader, now, requests, workers }, trouble }) =>
      found({
        store: operator.description,
        now,
        verdict: verdictOf(health),
        findings: health,
        leader,
        instances: workers,
        requests,
        trouble: trouble ?? null,
      }),
  },
  {
    method: 'get',
    path: '/jobs',
    id: 'listJobs',
    summary: 'All jobs, sorted by name, removed ones too',
    gives: refTo('Jobs'),
    answers: 200,
    answer: ({ snapshot: { jobs, unreadable }, trouble }) => found({ jobs, unreadable, trouble: trouble ?? null }),
  },
  {
    method: 'get',
    path: '/jobs/{job}',
    id: 'getJob',
    summary: 'One job',
    gives: refTo('Job'),
    answers: 200,
    answer: (call) => found(jobOf(call)),
  },
  {
    method: 'get',
    path: '/runs',
    id: 'listRuns',
    summary: 'The runs of all jobs, newest first',
    query: RUNS_QUERY,
    gives: refTo('Runs'),
    answers: 200,
    answer: async (call) => found(await readRuns(call)),
  },
  {
    method: 'get',
    path: '/jobs/{job}/runs',
    id: 'listRunsOfJob',
    summary: 'The runs of one job, newest first',
    query: RUNS_QUERY,
    gives: refTo('Runs'),
    answers: 200,
    answer: async (call) => found(await readRuns(call, jobOf(call).name)),
  },
  {
    method: 'get',
    path: '/jobs/{job}/runs/{runId}',
    id: 'getRun',
    summary: 'One run that has ended, or an open run of the job',
    query: [AT],
    gives: { anyOf: [refTo('Run'), refTo('OpenRun')] },
    answers: 200,
    answer: async (call) => found(await runOf(call)),
  },
  order('run', 'Ask the leader to run the job now', 202, {
    takes: refTo('RunOrder'),
    gives: refTo('Requested'),
    act: async ({ body, operator }, job) => ({ runId: await operator.requestRun(job, contextOf(body)) }),
  }),
  order('cancel', 'Tell the open runs of the job to end', 202, {
    gives: refTo('CancelRequested'),
    act: async ({ operator }, job) => ({ requestId: await operator.requestCancel(job) }),
  }),
  order('pause', 'Pause the job in the whole fleet', 200, {
    gives: refTo('Changed'),
    act: async ({ operator }, job) => ({ outcome: await operator.pause(job) }),
  }),
  order('resume', 'Resume the job: its ticks count from now on', 200, {
    gives: refTo('Changed'),
    act: async ({ operator }, job) => ({ outcome: await operator.resume(job) }),
  }),
]

interface Order {
  readonly takes?: object
  readonly gives: object
  readonly act: (call: ApiCall, job: string) => Promise<object>
}

function order(action: Action, summary: string, answers: number, { act, ...schemas }: Order): Operation {
  return {
    method: 'post',
    path: `/jobs/{job}/${action}`,
    id: `${action}Job`,
    summary,
    answers,
    ...schemas,
    async answer(call) {
      const { name } = jobOf(call)
      if (!(await call.rights.may(action, name)))
        throw new ApiRefusal(403, 'FORBIDDEN', `you may not ${action} job '${name}' here`)
      return { status: answers, body: await act(call, name) }
    },
  }
}

function found(body: unknown): ApiAnswer {
  return { status: 200, body }
}

function jobOf({ path, snapshot }: ApiCall): JobView {
  const job = snapshot.jobs.find(({ name }) => name === path['job'])
  if (job === undefined) throw new ApiRefusal(404, 'JOB_NOT_FOUND', `there is no job '${path['job'] ?? ''}'`)
  return job
}

async function runOf(call: ApiCall): Promise<unknown> {
  const { operator, path, query } = call
  const { name, running } = jobOf(call)
  const { runId = '' } = path
  const open = running.find((run) => run.runId === runId)
  if (open !== undefined) return { job: name, ...open }
  const at = query.get('at')
  const run = await operator.history.get(name, runId, at === null ? undefined : Number(at))
  if (run === undefined) throw new ApiRefusal(404, 'RUN_NOT_FOUND', `the history of '${name}' has no run '${runId}'`)
  return run
}

function contextOf(body: unknown): Readonly<Record<string, unknown>> {
  const context = isObject(body) ? (body['context'] ?? {}) : body === undefined ? {} : undefined
  if (isObject(context)) return context
  throw new ApiRefusal(400, 'INVALID_BODY', 'expected a JSON object, with an object as its context')
}
