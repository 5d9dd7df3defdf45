/**
 * The last writes of earlier processes of a worker id, carried along in the member object of the present process.
 *
 * A process that executes a run writes the member object at each heartbeat, and takes the object back from a second
 * process of the same worker id. So the time of its last write tells whether the process is alive, also while the object
 * belongs to another process. The writers pass these times on, since a process of a few seconds can't wait for a lease
 * time to see that nobody takes the object back.
 */
import { afterStep, type ClockStep, type Fields } from '@s3sched/store'

/** The last write of one process. */
export interface LastWrite {
  readonly instance: string
  /** Epoch ms, by the store's clock. */
  readonly at: number
  /** Time after which the process counts as gone, by its own promise, ms. */
  readonly staleAfterMs: number
}

export interface EarlierInstances {
  /** Oldest first. */
  readonly writes: readonly LastWrite[]
  /**
   * Each process that has written the object after this time, with something to say, is listed, or is the writer, or is
   * gone. Epoch ms.
   */
  readonly completeSince: number
}

/** The most earlier processes listed. */
const MOST_LISTED = 32

/** The object that a process replaces. */
export interface ReplacedMember extends LastWrite {
  /** An idle process executes no run by its member object. */
  readonly isIdle: boolean
  readonly earlier: EarlierInstances | undefined
  /** A step of the store's clock before the object was read. */
  readonly step?: ClockStep | undefined
}

/** The list of a process that replaces the object of another one. */
export function withReplaced(
  { earlier: before, isIdle, step, ...replaced }: ReplacedMember,
  by: string,
): EarlierInstances {
  const isListed = ({ at, instance, staleAfterMs }: LastWrite): boolean =>
    instance !== by && instance !== replaced.instance && replaced.at - afterStep(at, step) <= staleAfterMs
  const writes = [...(before?.writes ?? []).filter(isListed), ...(isIdle ? [] : [replaced])]
  const dropped = writes.slice(0, -MOST_LISTED).map(({ at }) => at)
  return {
    writes: writes.slice(-MOST_LISTED),
    completeSince: Math.max(before?.completeSince ?? replaced.at, ...dropped),
  }
}

/** `undefined` where the object has no list. */
export function parseEarlier({ earlier }: Fields): EarlierInstances | undefined {
  if (typeof earlier !== 'object' || earlier === null) return undefined
  const { completeSince, writes } = earlier as Fields
  if (!isTime(completeSince) || !Array.isArray(writes) || !writes.every(isLastWrite)) return undefined
  return { completeSince, writes: writes.slice(-MOST_LISTED) }
}

/**
 * The last write of a process whose member object belongs to another process now.
 * @returns `undefined` when the object does not tell; without `staleAfterMs`, the last write was at this time or earlier
 */
export function lastWriteOf(
  instance: string,
  member: Fields,
): { readonly at: number; readonly staleAfterMs?: number } | undefined {
  const earlier = parseEarlier(member)
  const listed = earlier?.writes.find((write) => write.instance === instance)
  return listed ?? (earlier && { at: earlier.completeSince })
}

function isLastWrite(value: unknown): value is LastWrite {
  if (typeof value !== 'object' || value === null) return false
  const { at, instance, staleAfterMs } = value as Fields
  return typeof instance === 'string' && isTime(at) && isTime(staleAfterMs)
}

function isTime(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) >= 0
}
