import { hostname } from 'node:os'
import type { Random } from '@s3sched/kernel'

/** A unique holder name that tells people where the holder runs: `host-pid-random`. */
export function processHolder(random: Random): string {
  return `${hostname().slice(0, 64)}-${process.pid}-${random.id().slice(0, 8)}`
}
