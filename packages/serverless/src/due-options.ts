import {
  custom,
  func,
  having,
  integer,
  optional,
  resolveOptions,
  withheld,
  S3SchedError,
  systemClock,
  wrongArgument,
  type Clock,
} from '@s3sched/kernel'

/** The options of every handler that runs what is due. */
export interface DueHandlerOptions {
  /**
   * The time after which a pass is cut, in ms, 1000 to 900,000: open runs get their signal, and the next pass does the
   * rest. The answer comes at most 5 s later. Keep both within the limit of the platform.
   * @default 50000
   */
  readonly limitMs?: number
  /**
   * The secret that a caller sends as `Authorization: Bearer SECRET`, 16 characters or more. Without a secret every
   * request is refused (500).
   * @default the variable `CRON_SECRET`, read at each request
   */
  readonly secret?: string
  /** Decides instead of the secret, such as by a token of the platform. Anything but `true`, and an error, is a refusal. */
  readonly authorize?: (request: Request) => boolean | Promise<boolean>
  /** Times the pass. @default the system's */
  readonly clock?: Clock
}

/** Shorter secrets can be guessed. */
export const LEAST_SECRET = 16

const SPEC = {
  limitMs: integer({ min: 1000, max: 900_000, default: 50_000 }),
  secret: optional(
    withheld(
      custom(
        `a secret of ${LEAST_SECRET} characters or more`,
        (value): value is string => typeof value === 'string' && value.length >= LEAST_SECRET,
      ),
    ),
  ),
  authorize: optional(func<NonNullable<DueHandlerOptions['authorize']>>()),
  clock: optional(having<Clock>('a clock with now, monotonic and sleep', 'now', 'monotonic', 'sleep')),
} as const

export interface ResolvedHandlerOptions {
  readonly limitMs: number
  readonly secret: string | undefined
  readonly authorize: DueHandlerOptions['authorize']
  readonly clock: Clock
}

/** @throws S3SchedError `INVALID_OPTIONS` */
export function resolveHandlerOptions(name: string, input: DueHandlerOptions): ResolvedHandlerOptions {
  const { clock = systemClock, ...resolved } = resolveOptions(name, SPEC, input, [
    ({ authorize, secret }) =>
      authorize !== undefined && secret !== undefined ? 'expected secret or authorize, got both' : undefined,
  ])
  return { ...resolved, clock }
}

/** @throws S3SchedError `INVALID_ARGUMENT` for a request of another kind, such as that of Node's http */
export function requireRequest(request: unknown): asserts request is Request {
  if (typeof (request as Partial<Request> | undefined)?.headers?.get === 'function') return
  const remedy = 'Mount toNodeListener(handler) in Express, Fastify and servers of node:http'
  throw wrongArgument('the handler of createDueHandler', 'a Request, as of fetch', request, remedy)
}

/** @throws S3SchedError `INVALID_OPTIONS` for anything but a function: the scheduler must be new for each pass */
export function requireMaker(name: string, make: unknown): void {
  if (typeof make === 'function') return
  throw new S3SchedError(`${name}: expected a function that makes a scheduler, got ${typeof make}`, {
    code: 'INVALID_OPTIONS',
    suggestion: 'Give () => createScheduler({ … }): each pass has a scheduler of its own',
  })
}
