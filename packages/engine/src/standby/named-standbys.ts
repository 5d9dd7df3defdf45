/** The names of the standbys in a leader's lease. A field of an unknown form counts as absent. */
import { STANDBYS } from '@s3sched/jobs'

type Payload = Readonly<Record<string, unknown>> | undefined

/** The worker ids of the named followers, the first in the line first. */
export function namedIn(payload: Payload): readonly unknown[] {
  const named = payload?.['standbys']
  return Array.isArray(named) ? named : []
}

/** True when the leader names this instance. */
export function isNamed(payload: Payload, workerId: string): boolean {
  return namedIn(payload).includes(workerId)
}

/** True when the leader names fewer than {@link STANDBYS} followers. */
export function hasRoom(payload: Payload): boolean {
  return payload !== undefined && namedIn(payload).length < STANDBYS
}
