import type { IncomingMessage } from 'node:http'
import { boolean, custom, func, having, isObject, optional, resolveOptions, withheld, string } from '@s3sched/kernel'
import type { Clock, Logger, Random } from '@s3sched/kernel'
import type { Action } from './http/route.ts'

/** `look`: to see; the others change something. */
export type DashboardAction = 'look' | Action

/**
 * Decides about a request. @param job - the name of the job in question; `undefined` for the dashboard as a whole. A
 * function without this parameter is not asked about each job when jobs are listed.
 */
export type Authorize = (
  request: IncomingMessage,
  action: DashboardAction,
  job: string | undefined,
) => boolean | Promise<boolean>

/** The scheduler of this process; a `SchedulerPlugin` fits. */
export interface ProbedScheduler {
  getHealth(): { readonly isAlive: boolean; readonly isReady: boolean; readonly reason: string | null }
  /** Called where somebody looks at a run, or asks for a run: the scheduler then looks at once. */
  lookNow?(): Promise<void>
}

/** The options of a dashboard. */
export interface DashboardOptions {
  /** The same as the scheduler's option. @default 's3sched/' */
  readonly prefix?: string
  /**
   * Several fleets in one dashboard: the prefix of each by a name of lower-case letters, digits and hyphens. The pages of
   * a fleet lie below its name, and the first page lists the fleets. Instead of `prefix`.
   * @default one fleet
   */
  readonly prefixes?: Readonly<Record<string, string>>
  /**
   * Allows a request to see the pages (`'look'`), or to `'run'`, `'cancel'`, `'pause'` or `'resume'` a job. A function
   * with a third parameter is also asked whether the caller may `'look'` at each job; other jobs appear nowhere. Anything
   * but `true` is a refusal, and so is an error; errors are logged.
   * @default everybody may
   */
  readonly authorize?: Authorize
  /**
   * With `false`, jobs can be run, cancelled, paused and resumed. Then give `authorize` too, unless every visitor may
   * act.
   * @default true
   */
  readonly readOnly?: boolean
  /** The path of the pages, such as `/cron`. @default the framework's mount path, else none */
  readonly basePath?: string
  /**
   * The allowed host names and addresses, without port; every other `Host` is refused. The check stops a foreign page
   * whose name resolves to this machine's address (DNS rebinding). Give the hosts if no proxy checks the name.
   * @default any
   */
  readonly hosts?: readonly string[]
  /** Required by HTTP Basic authentication, with any user name; 1 to 256 characters. @default none */
  readonly password?: string
  /**
   * The scheduler of this process: `/healthz` tells whether it is alive, and `/readyz` whether it takes part and the store
   * answers. Anybody may ask, since the probes of an orchestrator have no password. The scheduler also looks at once
   * where somebody asks for a run here. @default no such paths
   */
  readonly scheduler?: ProbedScheduler
  /** Receives errors, and the pressed buttons. @default silent */
  readonly logger?: Logger
  /** For tests. @default the system's */
  readonly clock?: Clock
  /** For tests. @default the system's */
  readonly random?: Random
}

const SPEC = {
  prefix: string({ min: 0, max: 512, default: 's3sched/' }),
  prefixes: optional(custom('an object of prefixes by names of a-z 0-9 -', isPrefixes)),
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
  password: optional(withheld(custom('a text of 1 to 256 characters', isPassword))),
  scheduler: optional(having<ProbedScheduler>('a scheduler with getHealth', 'getHealth')),
  logger: optional(having<Logger>('a logger with debug, info, warn and error', 'debug', 'info', 'warn', 'error')),
  clock: optional(having<Clock>('a clock with now, monotonic and sleep', 'now', 'monotonic', 'sleep')),
  random: optional(having<Random>('a source of chance with float and id', 'float', 'id')),
}

function isPrefixes(value: unknown): value is Readonly<Record<string, string>> {
  if (!isObject(value)) return false
  const entries: [string, unknown][] = Object.entries(value)
  return (
    entries.length > 0 &&
    entries.every(([name, prefix]) => /^[a-z0-9-]{1,64}$/.test(name) && typeof prefix === 'string')
  )
}

function isHosts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((host) => typeof host === 'string' && /^[a-z0-9.:-]+$/.test(host))
}

function isPassword(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= 256
}

export type ResolvedDashboardOptions = ReturnType<typeof resolveDashboardOptions>

/** @throws S3SchedError `INVALID_OPTIONS`, naming every problem */
export function resolveDashboardOptions(input: DashboardOptions): {
  readonly prefix: string
  readonly prefixes: Readonly<Record<string, string>> | undefined
  readonly authorize: Authorize | undefined
  readonly readOnly: boolean
  readonly basePath: string | undefined
  readonly hosts: readonly string[] | undefined
  readonly password: string | undefined
  readonly scheduler: ProbedScheduler | undefined
  readonly logger: Logger | undefined
  readonly clock: Clock | undefined
  readonly random: Random | undefined
} {
  return resolveOptions('createDashboard', SPEC, input, [
    () =>
      input.prefix !== undefined && input.prefixes !== undefined ? 'expected prefix or prefixes, got both' : undefined,
  ])
}
