import { parseProcessMark, type ProcessMark } from '@s3sched/lock'
import type { Fields } from '@s3sched/store'

/** One instance, as `workers()` shows it. */
export interface Worker {
  readonly workerId: string
  readonly host: string
  readonly pid: number
  /** By the instance's own clock, epoch ms. */
  readonly startedAt: number
  /** When it last wrote its member object, epoch ms by the server's clock. */
  readonly lastSeen: number
  /** Of the application. */
  readonly version: string | undefined
  /** What the instance says about itself by `refreshMember(extra)`. */
  readonly extra: Fields | undefined
  /** How many shards its group has by its own options; `undefined` for one. */
  readonly shards: number | undefined
}

/** A member object's contents. */
export interface Member extends Omit<Worker, 'lastSeen'> {
  /** Tells two processes apart that use the same worker id. */
  readonly instance: string
  /** By which others on its host can tell whether it lives. */
  readonly process: ProcessMark | undefined
  /** How long after its last write a member counts as gone, ms: the writer's own promise to write again before. */
  readonly staleAfterMs: number
  /** How long it had been there at that write, ms by its own monotonic clock. */
  readonly upMs: number
  /** The shards that it waits for, and how many it holds meanwhile. */
  readonly wants: readonly number[]
  readonly holds: number
}

/** `undefined` for anything that isn't a member of this format: whoever lists skips it. */
export function parseMember(fields: Fields): Member | undefined {
  const { workerId, host, pid, startedAt, version, extra, holds, instance, shards, staleAfterMs, upMs, wants } = fields
  if (typeof workerId !== 'string' || typeof host !== 'string' || typeof instance !== 'string') return undefined
  if (typeof pid !== 'number' || typeof startedAt !== 'number') return undefined
  if (!Number.isFinite(pid) || !Number.isFinite(startedAt) || !isPromise(staleAfterMs)) return undefined
  return {
    workerId,
    host,
    pid,
    startedAt,
    instance,
    staleAfterMs,
    process: parseProcessMark(fields['process']),
    version: typeof version === 'string' ? version : undefined,
    extra: typeof extra === 'object' && extra !== null && !Array.isArray(extra) ? (extra as Fields) : undefined,
    shards: isCount(shards) && shards > 1 ? shards : undefined,
    wants: Array.isArray(wants) ? wants.filter(isCount) : [],
    holds: isCount(holds) ? holds : 0,
    upMs: isCount(upMs) ? upMs : 0,
  }
}

/** Nobody promises to be silent for longer than this, ms: what says so would never count as gone. */
const LONGEST_SILENCE_MS = 30 * 86_400_000

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isPromise(staleAfterMs: unknown): staleAfterMs is number {
  return typeof staleAfterMs === 'number' && staleAfterMs >= 0 && staleAfterMs <= LONGEST_SILENCE_MS
}
