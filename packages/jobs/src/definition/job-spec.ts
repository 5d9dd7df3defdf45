import { createHash } from 'node:crypto'
import type { AfterOn } from './predecessor.ts'
import type { StoredSchedule } from './stored-schedule.ts'

export type Overlap = 'skip' | 'queue' | 'allow' | 'cancel'
export type CatchUp = 'none' | 'latest' | 'all'

/** A job's plain data as stored in the bucket, with all defaults filled in. */
export interface JobSpec {
  readonly schedule: StoredSchedule | null
  readonly timezone: string
  /** The most runs by ticks of the schedule; absent or 0 for no limit. */
  readonly maxRuns?: number
  /** Failures in a row that pause the job; absent or 0 for none. */
  readonly pauseAfterFailures?: number
  readonly description: string
  /** Words to find the job by; absent for none. */
  readonly tags?: readonly string[]
  readonly enabled: boolean
  readonly retries: number
  /** `'custom'` for a function, which only the code has. */
  readonly backoff: unknown
  readonly timeout: number
  readonly runOnStart: boolean
  readonly overlap: Overlap
  readonly catchUp: CatchUp
  readonly catchUpWindowMs: number
  readonly jitterMs: number
  readonly after: readonly string[]
  /** By predecessor, the ends that count, where a success is not what counts. */
  readonly afterOn?: Readonly<Record<string, Exclude<AfterOn, 'success'>>>
  readonly onLost: 'record' | 'retry'
  /** The limit of a whole run from its tick, in ms; 0 for none. */
  readonly deadline: number
  readonly priority: number
  /** The concurrency group; `null` for none. */
  readonly group: string | null
  /** The most actions of the group at a time in a process. */
  readonly groupLimit: number
  /** The most actions of the group at a time in the whole fleet; 0 for no such limit. */
  readonly groupFleetLimit: number
}

/** Equal for equal specifications, in any order of fields. */
export function hashSpec(spec: JobSpec): string {
  return createHash('sha256').update(canonical(spec)).digest('base64url').slice(0, 16)
}

/** Built as one text: a start hashes each job, and lists of entries would be most of the garbage of a start. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const fields = value as Readonly<Record<string, unknown>>
  let text = ''
  for (const name of Object.keys(fields).toSorted()) {
    const field = fields[name]
    if (field !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonical(field)}`
  }
  return `{${text}}`
}
