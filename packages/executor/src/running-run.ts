import type { Progress } from './run-context.ts'
import type { LogEntry } from './run-log.ts'
import type { Run } from './run.ts'
import type { RunPhase } from './run-waits.ts'

/** A run of the executor, or an abandoned action of a run. */
export interface RunningRun {
  readonly runId: string
  readonly key: string
  readonly attempt: number
  /** Start of the first attempt, or the time of the request before the first attempt. Wall clock, epoch ms. */
  readonly startedAt: number
  readonly phase: RunPhase
  /** True for an action that goes on although its signal aborted; its run has ended or goes on without the action. */
  readonly abandoned: boolean
  /** True if other runs of the key must wait, unless they may overlap. False for an action that nothing waits for. */
  readonly blocks: boolean
  readonly progress?: Progress
}

/** What an open run has reported so far. */
export interface RunReport {
  readonly runId: string
  readonly attempt: number
  readonly phase: RunPhase
  /** As in {@link RunningRun}. */
  readonly startedAt: number
  readonly progress?: Progress
  readonly log: readonly LogEntry[]
}

export function reportOf({ task, attempt, phase, startedAt, progress, log }: Run): RunReport {
  const known = { runId: task.runId, attempt, phase, startedAt, log }
  return progress === undefined ? known : { ...known, progress }
}

export function describeRun(run: Run, abandoned: boolean): RunningRun {
  const { task, key, attempt, onHang, startedAt, phase, progress } = run
  const blocks = !abandoned || onHang === 'wait'
  const known = { runId: task.runId, key, attempt, startedAt, phase, abandoned, blocks }
  return progress === undefined ? known : { ...known, progress }
}
