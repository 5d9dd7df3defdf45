import type { Random } from '@s3sched/kernel'
import { processHolder } from '@s3sched/lock'

/** A new name for this process among the instances of a group: host, process id and a random part. */
export function newWorkerId(random: Random): string {
  return processHolder(random).replaceAll(/[^\w.-]/g, '_')
}
