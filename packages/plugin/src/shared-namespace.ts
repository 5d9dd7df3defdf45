import type { Logger } from '@s3sched/kernel'

/** Which schedulers are installed in each database, by what they write to. */
const installed = new WeakMap<object, Map<object, string>>()

/**
 * Says when two schedulers of one process write to the same place. That works, since they are two instances of one fleet
 * as any others are, but whoever wanted two sets of jobs has to give one of them a prefix of its own.
 */
export function noteInstalled(database: unknown, scheduler: object, prefix: string, logger: Logger): void {
  if (typeof database !== 'object' || database === null) return
  const others = installed.get(database) ?? new Map<object, string>()
  if ([...others].some(([other, taken]) => other !== scheduler && taken === prefix)) {
    logger.warn(
      `another scheduler of this database has the prefix '${prefix}' too: both share one set of jobs and one leader. ` +
        'Give one of them a prefix of its own to keep them apart',
    )
  }
  installed.set(database, others.set(scheduler, prefix))
}

export function noteUninstalled(database: unknown, scheduler: object): void {
  if (typeof database === 'object' && database !== null) installed.get(database)?.delete(scheduler)
}
