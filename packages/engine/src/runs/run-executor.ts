import { createExecutor, type Executor, type SlotWait } from '@s3sched/executor'
import type { Clock, Logger, Random } from '@s3sched/kernel'
import type { ResolvedEngineOptions } from '../engine-options.ts'

/** A shorter wait for a slot is not warned about, in ms. */
const WORTH_A_WARNING_MS = 1000

/**
 * The executor of a scheduler's runs. It warns once when runs wait for a slot: their ticks are claimed in time, but
 * start late.
 */
export function createRunExecutor(
  { clock, logger, random }: { readonly clock: Clock; readonly logger: Logger; readonly random: Random },
  { heartbeatInterval, maxConcurrentJobs }: ResolvedEngineOptions,
): Executor {
  let hasWarned = false
  const onSlotWait = ({ key, waitedMs, waiting }: SlotWait): void => {
    if (hasWarned || waitedMs < WORTH_A_WARNING_MS) return
    hasWarned = true
    const seconds = (waitedMs / 1000).toFixed(1)
    logger.warn(
      `a run of job '${key}' waited ${seconds} s for one of ${maxConcurrentJobs} slots, and ${waiting} others still wait: ` +
        'raise maxConcurrentJobs where actions wait for the network, or let more instances work by shards',
      { jobName: key, waitedMs, waiting, maxConcurrentJobs },
    )
  }
  return createExecutor(
    { clock, logger, random, onSlotWait },
    { maxConcurrent: maxConcurrentJobs, blockedLoopWarningMs: heartbeatInterval },
  )
}
