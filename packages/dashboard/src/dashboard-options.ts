import type { IncomingMessage } from 'node:http'
import { boolean, custom, func, having, optional, resolveOptions, string } from '@s3sched/kernel'
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
  /**
   * The host names and addresses, without port, by which browsers may ask for it; any other `Host` is refused, which keeps a page
   * elsewhere from having its name answered with this machine's address (DNS rebinding). Give them where no proxy checks
   * them. @default any
   */
  readonly hosts?: readonly string[]
  /** Asked for by HTTP Basic authentication, with any user name; 1 to 256 characters. @default none */
  readonly password?: string
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
  hosts: optional(custom('a list of host names without ports', isHosts)),
  password: optional(custom('a text of 1 to 256 characters', isPassword)),
  logger: optional(having<Logger>('a logger with debug, info, warn and error', 'debug', 'info', 'warn', 'error')),
  clock: optional(having<Clock>('a clock with now, monotonic and sleep', 'now', 'monotonic', 'sleep')),
  random: optional(having<Random>('a source of chance with float and id', 'float', 'id')),
}

function isHosts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((host) => typeof host === 'string' && /^[a-z0-9.:-]+$/.test(host))
}

function isPassword(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= 256
}

export type ResolvedDashboardOptions = ReturnType<typeof resolveDashboardOptions>

/** @throws S3SchedError `INVALID_OPTIONS`, naming everything that is wrong */
export function resolveDashboardOptions(input: DashboardOptions): {
  readonly prefix: string
  readonly authorize: Authorize | undefined
  readonly readOnly: boolean
  readonly basePath: string | undefined
  readonly hosts: readonly string[] | undefined
  readonly password: string | undefined
  readonly logger: Logger | undefined
  readonly clock: Clock | undefined
  readonly random: Random | undefined
} {
  return resolveOptions('createDashboard', SPEC, input)
}
