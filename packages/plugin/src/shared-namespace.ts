import type { Logger } from '@s3sched/kernel'

/** The schedulers installed in each database, by the place where they write. */
const installed = new WeakMap<object, Map<object, string>>()

/**
 * Warns when two schedulers of one process write to the same place. They work like any two instances of a fleet, but
 * for two separate sets of jobs a scheduler needs its own prefix.
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
