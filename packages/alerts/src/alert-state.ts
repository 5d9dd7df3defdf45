import { isObject } from '@s3sched/kernel'
import type { Fields } from '@s3sched/store'
import type { Alert } from './alert.ts'

/** The memory of a rule about one job, or about the fleet. */
export interface Marks {
  /** The time of the last alert of each kind, epoch ms. */
  readonly told?: Readonly<Record<string, number>>
  /** The failed run of the last `failed`, and the time of the first; set while the job has not recovered. */
  readonly failing?: { readonly runId: string; readonly since: number }
  /** The numbers of missed ticks and lost runs that were told. */
  readonly missed?: number
  readonly lost?: number
  /** The overdue tick of the last `late`. */
  readonly late?: number
  /** The run of the last `stalled`. */
  readonly stalled?: string
  /** The last epoch whose begin was looked at. */
  readonly epoch?: number
}

/** A decided alert, with the targets of its rule still without the alert. */
export interface Waiting {
  readonly alert: Alert
  /** Places in the rule's list of targets. */
  readonly to: readonly number[]
}

/** The content of the object `alerts.json`. */
export interface AlertState {
  /** By the rule's name, then by job; the empty name is the fleet. */
  readonly rules: Readonly<Record<string, Readonly<Record<string, Marks>>>>
  readonly waiting: readonly Waiting[]
}

export const NO_STATE: AlertState = { rules: {}, waiting: [] }

/** The state in a document; parts that this version can't read count as absent. */
export function readState({ rules, waiting }: Fields): AlertState {
  return {
    rules: isObject(rules) ? (rules as AlertState['rules']) : {},
    waiting: Array.isArray(waiting) ? (waiting as unknown[]).filter(isWaiting) : [],
  }
}

function isWaiting(value: unknown): value is Waiting {
  if (!isObject(value) || !isObject(value['alert']) || !Array.isArray(value['to'])) return false
  const { at, id, rule } = value['alert']
  return typeof id === 'string' && typeof rule === 'string' && typeof at === 'number'
}
