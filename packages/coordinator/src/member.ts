import { isObject } from '@s3sched/kernel'
import { parseProcessMark, type ProcessMark } from '@s3sched/lock'
import type { Fields } from '@s3sched/store'
import { parseEarlier, type EarlierInstances } from './earlier-instances.ts'

/** An instance, as shown by `workers()`. */
export interface Worker {
  readonly workerId: string
  readonly host: string
  readonly pid: number
  /** Start of the instance by its own clock, epoch ms. */
  readonly startedAt: number
  /** Time of the last write of its member object, epoch ms by the server's clock. */
  readonly lastSeen: number
  /** Version of the application. */
  readonly version: string | undefined
  /** The `extra` of the last `refreshMember(extra)`. */
  readonly extra: Fields | undefined
  /** The argument of the last `noteMember(notes)`. */
  readonly notes?: Fields | undefined
  /** Number of shards in the instance's own options; `undefined` for 1. */
  readonly shards: number | undefined
  /** Set when the instance has replaced the object of an earlier process with the same worker id, which had not left. */
  readonly before?: EarlierPresence | undefined
  /** The instance's event loop was blocked while it led, and it leaves leading to others. */
  readonly blocked?: BlockedWorker | undefined
}

/** Earlier processes of a worker id that did not leave in order. Epoch ms. */
export interface EarlierPresence {
  /** The first known start of these processes, by their own clocks, or an earlier write by the server's clock. */
  readonly since: number
  /** The last write by the server's clock. */
  readonly until: number
}

export interface BlockedWorker {
  /** The longest block of late, ms. */
  readonly ms: number
  /** Until then the instance leaves leading to others, epoch ms by the server's clock. */
  readonly until: number
}

/** The share of a member object about blocks of the event loop. */
export interface MemberBlocks {
  /** The longest block of late, ms. */
  readonly ms: number
  /** Time from the write for which the instance leaves leading to others, ms. */
  readonly leftMs: number
}

/** Contents of a member object. */
export interface Member extends Omit<Worker, 'lastSeen' | 'blocked'> {
  /** Distinguishes two processes with the same worker id. */
  readonly instance: string
  /** Lets processes on the same host tell whether this process is alive. */
  readonly process: ProcessMark | undefined
  /** Age of the object after which the member counts as gone, ms: the writer promises to write again earlier. */
  readonly staleAfterMs: number
  /** Uptime of the instance at this write, ms by its own monotonic clock. */
  readonly upMs: number
  /** The shards the instance waits for. `holds` is the number of shards held meanwhile. */
  readonly wants: readonly number[]
  readonly holds: number
  /** Absent while no other process has written the object. */
  readonly earlier?: EarlierInstances | undefined
  /** Absent for an instance that does not leave leading to others. */
  readonly blocked?: MemberBlocks | undefined
}

/**
 * A member as shown by `workers()`.
 * @param lastSeen - the last write of the member object
 * @param now - by the server's clock, like `lastSeen`, epoch ms
 */
export function workerOf(member: Member, lastSeen: number, now: number): Worker {
  const { before, blocked, extra, host, notes, pid, shards, startedAt, version, workerId } = member
  const noted = notes === undefined ? {} : { notes }
  const known = { workerId, host, pid, startedAt, version, extra, shards, lastSeen, ...noted }
  const worker = before === undefined ? known : { ...known, before }
  if (blocked === undefined || lastSeen + blocked.leftMs <= now) return worker
  return { ...worker, blocked: { ms: blocked.ms, until: lastSeen + blocked.leftMs } }
}

/** `undefined` for anything but a member of this format; listings skip such an object. */
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
    extra: fieldsOf(extra),
    notes: fieldsOf(fields['notes']),
    shards: isCount(shards) && shards > 1 ? shards : undefined,
    wants: Array.isArray(wants) ? wants.filter(isCount) : [],
    holds: isCount(holds) ? holds : 0,
    upMs: isCount(upMs) ? upMs : 0,
    earlier: parseEarlier(fields),
    before: parseBefore(fields['before']),
    blocked: parseBlocks(fields['blocked']),
  }
}

/** The presence of the processes before the writer of an object, for the process that replaces the object. */
export function presenceUntil(replaced: Pick<Member, 'before' | 'startedAt'>, lastWriteAt: number): EarlierPresence {
  const { before, startedAt } = replaced
  return { since: Math.min(before?.since ?? startedAt, startedAt, lastWriteAt), until: lastWriteAt }
}

/** The value if it is an object with fields, such as a document has. */
export function fieldsOf(value: unknown): Fields | undefined {
  return isObject(value) ? value : undefined
}

function parseBefore(value: unknown): EarlierPresence | undefined {
  const { since, until } = (value ?? {}) as { readonly since?: unknown; readonly until?: unknown }
  return Number.isFinite(since) && Number.isFinite(until) ? (value as EarlierPresence) : undefined
}

function parseBlocks(value: unknown): MemberBlocks | undefined {
  const { leftMs, ms } = (value ?? {}) as { readonly ms?: unknown; readonly leftMs?: unknown }
  return isCount(ms) && isCount(leftMs) ? { ms, leftMs } : undefined
}

/** Largest accepted `staleAfterMs`: an object with a larger value would never count as gone. */
const LONGEST_SILENCE_MS = 30 * 86_400_000

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isPromise(staleAfterMs: unknown): staleAfterMs is number {
  return typeof staleAfterMs === 'number' && staleAfterMs >= 0 && staleAfterMs <= LONGEST_SILENCE_MS
}
