import { effectiveSpec, startOfTick } from '@s3sched/jobs'
import type { ScheduleCache } from '../definitions/schedule-cache.ts'
import type { RunStart } from './run-start.ts'

/**
 * The instant of a run, epoch ms; `undefined` for a run that is due at once. A tick starts at its instant and not
 * before, even if the run was claimed ahead by a process that released the run or died.
 */
export function startOfRun({ job, record, run }: RunStart, schedules: Pick<ScheduleCache, 'show'>): number | undefined {
  if (run.trigger !== 'schedule') return undefined
  return startOfTick(job.name, schedules.show(job.name, record), run.tick, effectiveSpec(record).jitterMs)
}
