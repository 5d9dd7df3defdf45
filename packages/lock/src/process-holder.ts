import { hostname } from 'node:os'
import type { Random } from '@s3sched/kernel'

/** A holder's name that tells people where it runs, and that no other process has: `host-pid-random`. */
export function processHolder(random: Random): string {
  return `${hostname().slice(0, 64)}-${process.pid}-${random.id().slice(0, 8)}`
}
