/**
 * Alerts of a whole fleet, from its leader, and check-in pings from whoever runs a job.
 *
 * Nothing here takes part in the scheduling: the leader of the first shard looks at the records of the jobs through an
 * operator, as any program with the bucket could, and events of this process only make the next look come sooner.
 */
import {
  custom,
  func,
  having,
  integer,
  optional,
  resolveOptions,
  string,
  systemClock,
  systemRandom,
} from '@s3sched/kernel'
import { guardLogger, messageOf, silentLogger, type Clock, type Logger, type Random } from '@s3sched/kernel'
import { createOperator } from '@s3sched/operator'
import type { StoreInput } from '@s3sched/store'
import type { SchedulerCore } from '../scheduler-core.ts'
import { AlertBook } from './alert-book.ts'
import { resolveRules, type AlertRule } from './alert-rules.ts'
import { CheckIns, type CheckIn } from './check-ins.ts'
import type { Post } from './deliver.ts'

export interface AlertsOptions {
  /** The store of the scheduler. */
  readonly store: StoreInput
  /** Same as the scheduler's option. @default 's3sched/' */
  readonly prefix?: string
  /** @default none */
  readonly alerts?: readonly AlertRule[]
  /** The monitor of each job, by the job's name. @default none */
  readonly checkIns?: Readonly<Record<string, CheckIn>>
  /** The time between two looks of the leader, ms; 1 conditional GET for each of few pages of jobs. @default 30000 */
  readonly lookEvery?: number
  /** Is told of failed deliveries. @default silent */
  readonly logger?: Logger
  /** @default the global `fetch` */
  readonly fetch?: Post
  /** For tests. @default the system's */
  readonly clock?: Clock
  /** For tests. @default the system's */
  readonly random?: Random
}

/** Alerts under way. */
export interface Alerts extends AsyncDisposable {
  /** Ends the looks, and waits up to 5 seconds for pings. Stop the alerts after the scheduler. */
  stop(): Promise<void>
}

const SPEC = {
  store: custom<StoreInput>(
    'a connection string, { client, bucket } or an ObjectStore',
    (value): value is StoreInput => typeof value === 'string' || (typeof value === 'object' && value !== null),
  ),
  prefix: string({ min: 0, max: 512, default: 's3sched/' }),
  alerts: custom<readonly AlertRule[]>('a list', (value): value is readonly AlertRule[] => Array.isArray(value), []),
  checkIns: custom<Readonly<Record<string, CheckIn>>>('an object of URLs and functions by job', isCheckIns, {}),
  lookEvery: integer({ min: 1000, max: 3_600_000, default: 30_000 }),
  logger: optional(having<Logger>('a logger with debug, info, warn and error', 'debug', 'info', 'warn', 'error')),
  fetch: optional(func<Post>()),
  clock: optional(having<Clock>('a clock with now, monotonic and sleep', 'now', 'monotonic', 'sleep')),
  random: optional(having<Random>('a source of chance with float and id', 'float', 'id')),
}

function isCheckIns(value: unknown): value is Readonly<Record<string, CheckIn>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every(
    (each) => typeof each === 'function' || (typeof each === 'string' && URL.canParse(each)),
  )
}

/** The end of a run may wait two seconds for other writes. */
const SETTLING_MS = 3000
const STOP_MS = 5000

/**
 * Sends no request before this instance leads, or runs a job with a monitor.
 * @throws S3SchedError `INVALID_OPTIONS`; StoreError `INVALID_CONNECTION`
 * @example
 * const alerts = startAlerts(scheduler, {
 *   store: 's3://bucket',
 *   alerts: [{ on: ['failed', 'recovered'], after: 3, to: { slack: process.env.SLACK_URL } }],
 *   checkIns: { billing: 'https://hc-ping.com/5c8d…' },
 * })
 */
export function startAlerts(scheduler: SchedulerCore, options: AlertsOptions): Alerts {
  const given = resolveOptions('startAlerts', SPEC, options)
  const { clock = systemClock, fetch: post = fetch, prefix, random = systemRandom } = given
  const logger = guardLogger(given.logger ?? silentLogger)
  const rules = resolveRules(given.alerts)
  const operator = createOperator(given.store, { prefix, clock, random, logger })
  const book = new AlertBook({ store: operator.store, clock, random, logger, post }, rules)
  const checkIns = new CheckIns({ clock, logger, post }, given.checkIns)
  const life = new AbortController()
  const { signal } = life
  let nap = new AbortController()
  const removals = listen(scheduler, checkIns, () => void wakeSoon())
  const looking = rules.length === 0 ? Promise.resolve() : keepLooking()

  async function wakeSoon(): Promise<void> {
    await clock.sleep(SETTLING_MS, signal).then(
      () => nap.abort(),
      () => undefined,
    )
  }

  async function keepLooking(): Promise<void> {
    while (!signal.aborted) {
      nap = new AbortController()
      await clock.sleep(given.lookEvery, nap.signal).catch(() => undefined)
      if (signal.aborted) return
      try {
        await look()
      } catch (error) {
        if (!signal.aborted) logger.warn(`the alerts could not be looked after: ${messageOf(error)}`, { error })
      }
    }
  }

  async function look(): Promise<void> {
    if (!isFirstLeader(scheduler)) return book.forget()
    const { jobs } = await operator.jobs(signal)
    const leader = rules.some(({ on }) => on.has('leaderless')) ? await operator.leader() : undefined
    await book.look({ jobs, leader, now: clock.now() }, signal)
  }

  async function stop(): Promise<void> {
    for (const remove of removals) remove()
    life.abort()
    nap.abort()
    await looking
    await checkIns.stop(STOP_MS)
    await operator.close()
  }
  return { stop, [Symbol.asyncDispose]: stop }
}

/** One instance looks, also where several lead a shard each. */
function isFirstLeader(scheduler: SchedulerCore): boolean {
  return scheduler.isLeader() && scheduler.getLeaders()[0]?.workerId === scheduler.workerId
}

/** @returns what removes the listeners */
function listen(scheduler: SchedulerCore, checkIns: CheckIns, wake: () => void): readonly (() => void)[] {
  const removals: (() => void)[] = []
  const on: SchedulerCore['on'] = (event, listener) => {
    removals.push(() => void scheduler.off(event, listener))
    return scheduler.on(event, listener)
  }
  on('jobStarted', (run) => checkIns.ping('start', run))
  on('jobCompleted', (run) => {
    checkIns.ping('ok', run)
    wake()
  })
  on('jobFailed', (run) => {
    checkIns.ping('fail', run)
    wake()
  })
  on('plg:scheduler:job-lost', (run) => {
    checkIns.ping('fail', run)
    wake()
  })
  on('plg:scheduler:job-missed', wake)
  on('plg:scheduler:coordinator-promoted', wake)
  return removals
}
