import { S3SchedError } from '@s3sched/kernel'
import { pause, settle, type ManualClock } from '@s3sched/kernel/testing'
import type { JobHistoryEntry } from '../job/job-history.ts'
import type { SchedulerPlugin } from '../scheduler-plugin.ts'
import type { RunWatch } from './run-watch.ts'

/*
 * A test waits for the run of a tick, and two kinds of things can be in the way: time, which the test's clock has, and real work,
 * which takes real time. Time is moved at once where it is certain that the run waits for it: nothing executes, or somebody else
 * than the scheduler sleeps on the clock. Where an action executes and no such sleeper is there, the action has its
 * patience in real time first. Afterwards time is moved too, since the action may wait for its timeout, up to a bound.
 */

export interface WaitDeps<DB> {
  readonly scheduler: SchedulerPlugin<DB>
  readonly clock: ManualClock
  readonly watch: RunWatch<DB>
  /** How many of the clock's sleepers are the scheduler's own. */
  readonly ownSleepers: () => number
  /** As the scheduler's `maxClockSkew`. */
  readonly maxSkewMs: number
  /** Whether `persistJobs` holds: else the events alone tell of the run. */
  readonly leavesHistory: boolean
  /** How long real work of an action may take before time is moved, in real ms. */
  readonly patienceMs: number
}

/** How far time is moved for one run, and in how many steps. An action that waits for nothing on the clock has less: its timeout is shorter. */
const MOST_MOVED_MS = 7 * 86_400_000
const MOST_MOVED_FOR_NOTHING_MS = 86_400_000
const MOST_MOVES = 50_000
/** Real work is looked at so often, in real ms. */
const LONGEST_PAUSE_MS = 20

/**
 * Moves time until the run of a tick has ended.
 * @throws S3SchedError `TEST_STUCK`, saying what the run waits for
 */
export async function waitForRun<DB>(jobName: string, tick: number, deps: WaitDeps<DB>): Promise<JobHistoryEntry> {
  const { clock, leavesHistory, ownSleepers, patienceMs, scheduler, watch } = deps
  const from = Math.max(clock.now(), tick)
  let waitedMs = 0
  let seen = -1
  for (let moves = 0; ;) {
    await settle()
    const hasEnded = watch.endOf(jobName, tick) !== undefined
    if (watch.changes !== seen || hasEnded) {
      const [recorded] = await scheduler.getJobHistory(jobName, { since: tick, until: tick + 1, limit: 1 })
      const run = recorded ?? (leavesHistory ? undefined : watch.endOf(jobName, tick))
      if (run !== undefined) return run
    }
    if (watch.changes !== seen) waitedMs = 0
    seen = watch.changes
    const isRealWork = watch.executing.length > 0 && clock.sleeping <= ownSleepers()
    if (isRealWork && waitedMs < patienceMs) {
      const ms = Math.min(LONGEST_PAUSE_MS, 1 + waitedMs)
      await pause(ms)
      waitedMs += ms
      continue
    }
    const { nextWakeMs } = clock
    const until = from + (isRealWork ? MOST_MOVED_FOR_NOTHING_MS : MOST_MOVED_MS)
    const why = whyNever(jobName, tick, deps)
    if (why !== undefined) throw stuck(jobName, tick, why)
    if (nextWakeMs === undefined || clock.now() + nextWakeMs > until || moves++ === MOST_MOVES) {
      throw stuck(jobName, tick, `${whatFor(jobName, tick, deps)}, ${(clock.now() - tick) / 1000} s after the tick`)
    }
    await clock.advance(nextWakeMs)
  }
}

/** Why the tick can't begin any more, however far time is moved. */
function whyNever<DB>(
  jobName: string,
  tick: number,
  { clock, maxSkewMs, scheduler, watch }: WaitDeps<DB>,
): string | undefined {
  const status = scheduler.getJobStatus(jobName)
  if (status === null) return 'the job was removed'
  const isUnderWay = status.currentRuns.length > 0 || watch.executing.some((run) => run.jobName === jobName)
  if (isUnderWay || clock.now() < tick) return undefined
  if (Math.abs(watch.skewMs) > maxSkewMs) {
    return `the clock of its store differs by ${Math.abs(watch.skewMs)} ms from the test's, and nothing is claimed then. Leave the store out`
  }
  return status.enabled ? undefined : 'the job was disabled meanwhile'
}

function whatFor<DB>(jobName: string, tick: number, { scheduler, watch }: WaitDeps<DB>): string {
  const isOfTick = (run: { readonly jobName: string; readonly scheduledTime: Date }): boolean =>
    run.jobName === jobName && run.scheduledTime.getTime() === tick
  const attempt = watch.executing.find(isOfTick)
  if (attempt !== undefined)
    return `attempt ${attempt.attempt} of its action goes on, and nothing that it waits for comes`
  if (watch.endOf(jobName, tick) !== undefined) return 'it has ended, and its record is not in the store'
  const others = [...new Set(watch.executing.map((run) => `'${run.jobName}'`))]
  if (others.length > 0) return `it has not begun, while actions of ${others.join(', ')} go on`
  const isClaimed = scheduler.getJobStatus(jobName)?.currentRuns.some((run) => run.scheduledTime.getTime() === tick)
  if (isClaimed === true) return 'it was claimed, and none of its attempts goes on'
  return 'nothing has claimed it'
}

function stuck(jobName: string, tick: number, why: string): S3SchedError {
  // oxlint-disable-next-line no-restricted-globals -- shows an instant, and asks for none
  const instant = new Date(tick).toISOString()
  return new S3SchedError(`job '${jobName}': the run of ${instant} does not end: ${why}`, {
    code: 'TEST_STUCK',
    context: { jobName, tick },
  })
}
