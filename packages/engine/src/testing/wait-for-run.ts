import { S3SchedError } from '@s3sched/kernel'
import { pause, settle, type ManualClock } from '@s3sched/kernel/testing'
import type { JobHistoryEntry } from '../job-history-entry.ts'
import type { JobStatus } from '../job-status.ts'
import type { RunWatch } from './run-watch.ts'

/*
 * A test waits for the run of a tick, and two kinds of things can be in the way: time, on the test's clock, and real
 * work, in real time. The clock is moved at once where the run certainly waits for the clock: nothing executes, or
 * there is a sleeper on the clock besides the scheduler. Where an action executes without such a sleeper, the action
 * first has its patience in real time. Afterwards the clock is moved too, up to a bound, since the action may wait for
 * its timeout.
 */

/** The views of a scheduler on its jobs. */
export interface ViewedScheduler {
  /** `null` for an unknown name. */
  getJobStatus(jobName: string): JobStatus | null
  /** The runs of the ticks from `since` until before `until`, in epoch ms. */
  getJobHistory(
    jobName: string,
    query: { readonly since: number; readonly until: number; readonly limit: number },
  ): Promise<readonly JobHistoryEntry[]>
}

export interface WaitDeps {
  readonly scheduler: ViewedScheduler
  readonly clock: ManualClock
  readonly watch: RunWatch
  /** Number of the scheduler's own sleepers on the clock. */
  readonly ownSleepers: () => number
  /** Same as the scheduler's `maxClockSkew`. */
  readonly maxSkewMs: number
  /** Time for an action's real work before the clock is moved, in real ms. */
  readonly patienceMs: number
}

/**
 * Limits of the clock's movement for one run, in ms and in steps. For an action without a sleeper the limit is lower,
 * since the action's timeout is shorter.
 */
const MOST_MOVED_MS = 7 * 86_400_000
const MOST_MOVED_FOR_NOTHING_MS = 86_400_000
const MOST_MOVES = 50_000
/** Longest pause between two looks at real work, in real ms. */
const LONGEST_PAUSE_MS = 20

/**
 * Moves time until the run of a tick has ended.
 * @throws S3SchedError `TEST_STUCK`, with the reason
 */
export async function waitForRun(jobName: string, tick: number, deps: WaitDeps): Promise<JobHistoryEntry> {
  const { clock, ownSleepers, patienceMs, scheduler, watch } = deps
  const from = Math.max(clock.now(), tick)
  let seen = -1
  for (let moves = 0; ;) {
    await settle()
    if (watch.verdicts !== seen || watch.hasEnded(jobName, tick)) {
      const [run] = await scheduler.getJobHistory(jobName, { since: tick, until: tick + 1, limit: 1 })
      if (run !== undefined) return run
    }
    seen = watch.verdicts
    const isRealWork = watch.executing.length > 0 && clock.sleeping <= ownSleepers()
    if (isRealWork && watch.givenMs < patienceMs) {
      const ms = Math.min(LONGEST_PAUSE_MS, 1 + watch.givenMs)
      await pause(ms)
      watch.give(ms)
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

/** The reason why the tick can't begin any more, however far the clock is moved. */
function whyNever(jobName: string, tick: number, { clock, maxSkewMs, scheduler, watch }: WaitDeps): string | undefined {
  const status = scheduler.getJobStatus(jobName)
  if (status === null) return 'the job was removed'
  const isUnderWay = status.currentRuns.length > 0 || watch.executing.some((run) => run.jobName === jobName)
  if (isUnderWay || clock.now() < tick) return undefined
  if (Math.abs(watch.skewMs) > maxSkewMs) {
    return `the clock of its store differs by ${Math.abs(watch.skewMs)} ms from the test's, and nothing is claimed then. Leave the store out`
  }
  return status.enabled ? undefined : 'the job was disabled meanwhile'
}

function whatFor(jobName: string, tick: number, { scheduler, watch }: WaitDeps): string {
  const isOfTick = (run: { readonly jobName: string; readonly scheduledTime: Date }): boolean =>
    run.jobName === jobName && run.scheduledTime.getTime() === tick
  const attempt = watch.executing.find(isOfTick)
  if (attempt !== undefined)
    return `attempt ${attempt.attempt} of its action goes on, and nothing that it waits for comes`
  if (watch.hasEnded(jobName, tick)) return 'it has ended, and its record is not in the store'
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
