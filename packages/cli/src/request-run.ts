import { describe, isObject } from '@s3sched/kernel'
import type { RunRecord } from '@s3sched/history'
import { UsageError } from './ending.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { parseDuration } from './input/instant.ts'
import type { Invocation } from './invocation.ts'
import type { OptionSpec } from './option-spec.ts'
import { plainText } from './output/plain-text.ts'
import { whyOf } from './output/run-columns.ts'
import { formatDuration } from './output/times.ts'

export interface RequestOptions {
  readonly wait?: string | true
  readonly dryRun?: boolean
}

export const REQUEST_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--wait [duration]',
    description: 'wait for its end, so long at most (default: 10m); 1 unless it succeeds',
  },
  { flags: '--dry-run', description: 'say what would be done, and do nothing' },
]

type Fields = Readonly<Record<string, unknown>>

/** Interval of looks into the history for the run's end, in ms. */
const LOOK_EVERY_MS = 2000

/**
 * Asks the leader to run a job, and waits for the end where the options say so.
 * @param fields - more fields for the action's context
 */
export async function requestRun(
  invocation: Invocation,
  name: string,
  fields: Fields,
  { dryRun, wait }: RequestOptions,
): Promise<ExitCode> {
  const waitMs = wait === undefined ? 0 : wait === true ? 600_000 : parseDuration('--wait', wait)
  const operator = invocation.operator()
  const { description: store } = operator
  const { signal } = invocation.io
  const [job, leader] = await invocation.wait(
    'Reading the job',
    Promise.all([operator.job(name, signal), operator.leader()]),
  )
  const notes = [`Asks for a run of job '${name}' in ${store}. Whoever leads claims it within 15 s.`]
  if (job.state === 'paused' || job.state === 'disabled')
    notes.push(`It is ${job.state}; a run that is asked for starts all the same.`)
  if (leader.state !== 'held' || leader.isSilent) notes.push('Nobody leads now: the request waits for the next leader.')
  else if (Object.hasOwn(leader.unclaimed, name))
    notes.push('The leader has no action for it: the request waits for one that has.')
  if (!invocation.json) await invocation.print(plainText(notes.join(' ')))
  if (dryRun === true) {
    if (invocation.json) await invocation.printJson({ store, job: name, outcome: 'planned' })
    return EXIT.ok
  }
  const runId = await invocation.wait('Writing', operator.requestRun(name, fields))
  if (!invocation.json) await invocation.print(`Requested: run ${runId}.`)
  invocation.whenInterrupted(() =>
    invocation.json
      ? invocation.printJson({ store, job: name, outcome: 'requested', runId, run: null, interrupted: true })
      : invocation.print('Not waited for any longer; the request or the run goes on.'),
  )
  const ended =
    waitMs > 0 ? await invocation.wait('Waiting for its end', endOf(invocation, name, runId, waitMs)) : undefined
  const outcome = waitMs === 0 ? 'requested' : ended === undefined ? 'waiting' : 'ended'
  if (invocation.json) {
    await invocation.printJson({ store, job: name, outcome, runId, run: ended ?? null })
  } else if (outcome !== 'requested') {
    await invocation.print(plainText(endText(ended, waitMs)))
  }
  return waitMs === 0 || ended?.status === 'success' ? EXIT.ok : EXIT.finding
}

/** The option `--context`. @throws UsageError */
export function parseContext(text: string | undefined): Fields | undefined {
  if (text === undefined) return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`expected --context to be JSON, got ${describe(text)} (${(error as Error).message})`)
  }
  if (isObject(parsed)) return parsed
  throw new UsageError(`expected --context to be a JSON object, got ${describe(parsed)}`)
}

/** The run's record once written; `undefined` when not written in time. */
async function endOf(
  invocation: Invocation,
  job: string,
  runId: string,
  waitMs: number,
): Promise<RunRecord | undefined> {
  const { clock, signal } = invocation.io
  const { history } = invocation.operator()
  const since = invocation.now() - LOOK_EVERY_MS
  const until = clock.monotonic() + waitMs
  for (;;) {
    // A newly requested run is among the first of the list, since the list is in the order of requests.
    const found = (await history.timeline({ job, since, limit: 1000, signal })).find((run) => run.runId === runId)
    if (found !== undefined) return history.get(job, runId, found.scheduledTime, { signal })
    if (clock.monotonic() >= until) return undefined
    await clock.sleep(Math.min(LOOK_EVERY_MS, until - clock.monotonic()), signal)
  }
}

function endText(run: RunRecord | undefined, waitMs: number): string {
  if (run === undefined) return `It has not ended within ${formatDuration(waitMs)}; the request or the run goes on.`
  const why = whyOf(run)
  return `Ended: ${run.status}, took ${formatDuration(run.durationMs)}${why === '' ? '' : `: ${why}`}.`
}
