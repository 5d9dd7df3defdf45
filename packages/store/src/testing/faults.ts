import { number, resolveOptions, type OptionField, type Random } from '@s3sched/kernel'

const chance: OptionField<number> = number({ min: 0, max: 1, default: 0 })
const duration: OptionField<number> = number({ min: 0, default: 0 })

const SPEC: { readonly [K in keyof Faults]-?: OptionField<number> } = {
  unavailable: chance,
  throttled: chance,
  lostRequest: chance,
  lostResponse: chance,
  lateWrite: chance,
  retriedWrite: chance,
  slowedWrite: chance,
  lateDelete: chance,
  truncatedBody: chance,
  truncatedList: chance,
  minLatencyMs: duration,
  maxLatencyMs: duration,
  maxLateMs: number({ min: 0, default: 30_000 }),
  maxNoticeMs: duration,
}

/** The chances of faults per request, from 0 to 1, and the durations. */
export interface Faults {
  /** Refused with `UNAVAILABLE`; nothing was done. @default 0 */
  readonly unavailable?: number
  /** Refused with `THROTTLED`; nothing was done. @default 0 */
  readonly throttled?: number
  /** The request never arrives. A conditional put is `unknown`, anything else throws `NETWORK`. @default 0 */
  readonly lostRequest?: number
  /** The request is carried out and its answer lost. Reported to the caller like `lostRequest`. @default 0 */
  readonly lostResponse?: number
  /** The put is reported like `lostRequest`, and carried out up to `maxLateMs` later. @default 0 */
  readonly lateWrite?: number
  /** The put is answered 409 once, and repeated by the driver. @default 0 */
  readonly retriedWrite?: number
  /** The put is answered 503 Slow Down once, and repeated by the driver within a second. @default 0 */
  readonly slowedWrite?: number
  /** The deletion is reported like `lostRequest`, and carried out up to `maxLateMs` later. @default 0 */
  readonly lateDelete?: number
  /** The body of a read ends too early. @default 0 */
  readonly truncatedBody?: number
  /** A page of a list ends too early, and then the list throws `NETWORK`. @default 0 */
  readonly truncatedList?: number
  /** One way, so twice per request. @default 0 */
  readonly minLatencyMs?: number
  /** @default minLatencyMs */
  readonly maxLatencyMs?: number
  /** @default 30000 */
  readonly maxLateMs?: number
  /** The longest time until a loss is noticed, within the call's own time. 0 is a connection reset. @default 0 */
  readonly maxNoticeMs?: number
}

export type ResolvedFaults = Readonly<Required<Faults>>

/** The kind of a fault that {@link Faults} give a chance to. */
export type FaultKind = Exclude<keyof Faults, `${string}Ms`>

/** The kind of a request of a store. */
export type RequestKind = 'get' | 'put' | 'delete' | 'list'

const OF_EVERY_REQUEST: readonly FaultKind[] = ['unavailable', 'throttled', 'lostRequest', 'lostResponse']

/** The possible faults of every kind of request. */
const POSSIBLE: Readonly<Record<RequestKind, readonly FaultKind[]>> = {
  get: [...OF_EVERY_REQUEST, 'truncatedBody'],
  put: [...OF_EVERY_REQUEST, 'lateWrite', 'retriedWrite', 'slowedWrite'],
  delete: [...OF_EVERY_REQUEST, 'lateDelete'],
  list: [...OF_EVERY_REQUEST, 'truncatedList'],
}

/** @throws S3SchedError `INVALID_OPTIONS`; the chances for one kind of request can't add up to more than 1 */
export function resolveFaults(faults: Faults): ResolvedFaults {
  const resolved = resolveOptions('faults', SPEC, faults, [
    (options) => {
      const sum = (kind: RequestKind): number => POSSIBLE[kind].reduce((total, fault) => total + options[fault], 0)
      const over = (Object.keys(POSSIBLE) as RequestKind[]).find((kind) => sum(kind) > 1 + 1e-9)
      return over && `expected the chances of ${POSSIBLE[over].join(', ')} to add up to at most 1, got ${sum(over)}`
    },
  ])
  return { ...resolved, maxLatencyMs: Math.max(resolved.minLatencyMs, resolved.maxLatencyMs) }
}

/**
 * At most one fault per request. One random number decides, so that a small change of a chance keeps most of a seed's
 * faults.
 */
export function drawFault(faults: ResolvedFaults, kind: RequestKind, random: Random): FaultKind | undefined {
  let roll = random.float()
  for (const fault of POSSIBLE[kind]) {
    roll -= faults[fault]
    if (roll < 0) return fault
  }
  return undefined
}
