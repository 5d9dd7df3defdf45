/**
 * Finds a run by its id, or by the name of its job: the newest run of that job.
 *
 * A run id does not tell its job or its tick. The records of the jobs name the open runs and the last ends; requests
 * name runs that nobody claimed yet. Any other run has to be looked for in the whole history, newest first, unless the
 * job is given.
 */
import type { RunMark, RunRecord } from '@s3sched/history'
import { S3SchedError } from '@s3sched/kernel'
import type { JobView, RunningView, RunRequest } from '@s3sched/operator'
import { announceRequests, countPages, countSegments } from './announce-requests.ts'
import type { Invocation } from './invocation.ts'
import { LeftOut } from './left-out.ts'

/** A run in its present state. */
export type FoundRun =
  | { readonly state: 'ended'; readonly job: string; readonly run: RunRecord }
  | { readonly state: 'running'; readonly job: string; readonly run: RunningView }
  | { readonly state: 'requested'; readonly job: string; readonly request: RunRequest }

const AT_ONCE = 1000

/**
 * @param word - the id of a run, or the name of a job
 * @param job - the job of the run, where known
 * @throws S3SchedError `RUN_NOT_FOUND`
 */
export async function findRun(invocation: Invocation, word: string, job?: string): Promise<FoundRun> {
  const operator = invocation.operator()
  const { signal } = invocation.io
  const { jobs } = await invocation.wait('Reading the jobs', operator.jobs(signal))
  const named = job === undefined ? jobs.find(({ name }) => name === word) : undefined
  const found =
    named === undefined
      ? (inRecords(jobs, word) ?? (await inRequests(invocation, word)) ?? (await inHistory(invocation, word, job)))
      : newestOf(named)
  if (found !== undefined && 'state' in found) return found
  const run = found && (await operator.history.get(found.job, found.runId, found.scheduledTime, { signal }))
  if (run !== undefined) return { state: 'ended', job: run.job, run }
  if (named !== undefined) throw new S3SchedError(`job '${word}' has not run yet`, { code: 'RUN_NOT_FOUND' })
  const where = job === undefined ? 'no run has' : `no run of job '${job}' has`
  throw new S3SchedError(`${where} the id '${word}'${job === undefined ? ', and no job has this name' : ''}`, {
    code: 'RUN_NOT_FOUND',
    suggestion: 's3sched history shows the ids of runs; old runs are deleted',
  })
}

/** The place of an ended run in the history. */
type Place = Pick<RunRecord, 'job' | 'runId' | 'scheduledTime'>

function inRecords(jobs: readonly JobView[], runId: string): FoundRun | Place | undefined {
  for (const { name, running, lastRun, statistics } of jobs) {
    const open = running.find((run) => run.runId === runId)
    if (open !== undefined) return { state: 'running', job: name, run: open }
    const marks: readonly (Pick<RunMark, 'runId' | 'scheduledTime'> | null | undefined)[] = [
      lastRun,
      statistics.lastRun,
      statistics.lastSuccess,
      statistics.lastError,
    ]
    const mark = marks.find((each) => each?.runId === runId)
    if (mark != null) return { job: name, runId, scheduledTime: mark.scheduledTime }
  }
  return undefined
}

async function inRequests(invocation: Invocation, runId: string): Promise<FoundRun | undefined> {
  const requests = await invocation.operator().requests(invocation.io.signal)
  const request = requests.find(({ id, kind }) => kind === 'run' && id === runId)
  return request && { state: 'requested', job: request.jobName, request }
}

async function inHistory(invocation: Invocation, runId: string, job: string | undefined): Promise<Place | undefined> {
  const { history } = invocation.operator()
  const { signal } = invocation.io
  if (job === undefined) {
    const [pages, segments] = [await countPages(invocation), await countSegments(invocation, {})]
    await announceRequests(invocation, { get: pages + segments, list: pages })
  }
  return invocation.wait('Looking for the run', search())

  async function search(): Promise<Place | undefined> {
    const leftOut = new LeftOut(invocation)
    const query = { ...(job === undefined ? {} : { job }), limit: AT_ONCE, details: false, signal }
    for (let cursor: string | undefined; ;) {
      const page = await history.list(cursor === undefined ? query : { ...query, cursor })
      const found = page.runs.find((run) => run.runId === runId)
      // The run may be in an object that can't be read.
      if (found === undefined) page.problems?.forEach(leftOut.add)
      await leftOut.tell()
      if (found !== undefined || page.cursor === undefined) return found
      cursor = page.cursor
    }
  }
}

/** The open run that was claimed last, else the run that ended last; ticks that did not run are none. */
function newestOf(job: JobView): FoundRun | Place | undefined {
  const open = job.running.toSorted((a, b) => b.claimedAt - a.claimedAt)[0]
  if (open !== undefined) return { state: 'running', job: job.name, run: open }
  const { lastRun, name } = job
  return lastRun === null ? undefined : { job: name, runId: lastRun.runId, scheduledTime: lastRun.scheduledTime }
}
