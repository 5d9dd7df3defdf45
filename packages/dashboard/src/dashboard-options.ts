import type { IncomingMessage } from 'node:http'
import { boolean, func, having, optional, resolveOptions, string } from '@s3sched/kernel'
import type { Clock, Logger, Random } from '@s3sched/kernel'

/** Decides about a request. `act`: it is for pressing a button, not only for looking. */
export type Authorize = (request: IncomingMessage, intent: 'look' | 'act') => boolean | Promise<boolean>

export interface DashboardOptions {
  /** As the scheduler's option. @default 's3sched/' */
  readonly prefix?: string
  /**
   * Whether a request may see the pages (`'look'`) or use the buttons (`'act'`). Anything but `true` is a refusal, and so is
   * an error, which is logged. @default everybody may
   */
  readonly authorize?: Authorize
  /** `false`: jobs can be run, cancelled, paused and resumed. Then give `authorize` too, unless all who get here may. @default true */
  readonly readOnly?: boolean
  /**
   * The path that the pages lie below, such as `/cron`. @default what the framework says it is mounted at, else none
   */
  readonly basePath?: string
  /** Is told what went wrong, and which buttons were pressed. @default silent */
  readonly logger?: Logger
  /** For tests. @default the system's */
  readonly clock?: Clock
  /** For tests. @default the system's */
  readonly random?: Random
}

const SPEC = {
  prefix: string({ min: 0, max: 512, default: 's3sched/' }),
  authorize: optional(func<Authorize>()),
  readOnly: boolean(true),
  basePath: optional(
    string({
      min: 0,
      pattern: /^$|^\/[A-Za-z0-9_.~/-]*$/,
      expected: "a path such as '/cron', of A-Z a-z 0-9 _ . ~ - /",
    }),
  ),
  logger: optional(having<Logger>('a logger with debug, info, warn and error', 'debug', 'info', 'warn', 'error')),
  clock: optional(having<Clock>('a clock with now, monotonic and sleep', 'now', 'monotonic', 'sleep')),
  random: optional(having<Random>('a source of chance with float and id', 'float', 'id')),
}

export type ResolvedDashboardOptions = ReturnType<typeof resolveDashboardOptions>

/** @throws S3SchedError `INVALID_OPTIONS`, naming everything that is wrong */
export function resolveDashboardOptions(input: DashboardOptions): {
  readonly prefix: string
  readonly authorize: Authorize | undefined
  readonly readOnly: boolean
  readonly basePath: string | undefined
  readonly logger: Logger | undefined
  readonly clock: Clock | undefined
  readonly random: Random | undefined
} {
  return resolveOptions('createDashboard', SPEC, input)
}
