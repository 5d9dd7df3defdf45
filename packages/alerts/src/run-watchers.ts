import type { CheckedRun, CheckIn, CheckInPhase } from '@s3sched/jobs'
import type { Clock, Logger, Random } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import type { AlertRule } from './alert-rules.ts'
import { createCheckIns, type CheckIns } from './check-ins.ts'
import { createFleetAlerts, type FleetAlerts } from './fleet-alerts.ts'

/** The surroundings of the watchers. */
export interface RunWatchersDeps {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** The monitor of a job; `undefined` without one. */
  readonly checkInOf: (jobName: string) => CheckIn | undefined
  /** True while this instance is to look after the whole fleet. */
  readonly isInCharge: () => boolean
}

/** The events that are heard, and the parts of them that count; the engine has all of these events, with more in each. */
export interface WatchedEvents {
  /** The first attempt of a run starts. */
  readonly jobStarted: CheckedRun
  /** A run ended with success. */
  readonly jobCompleted: CheckedRun
  /** A run ended without success. */
  readonly jobFailed: CheckedRun
  /** The process of a run is gone. */
  readonly 'plg:scheduler:job-lost': CheckedRun
  /** A lost run is not lost; `status`: of its end, `null` for a run that goes on. */
  readonly 'plg:scheduler:job-found': CheckedRun & { readonly status: string | null }
  /** Nobody ran some ticks in time. */
  readonly 'plg:scheduler:job-missed': object
  /** This process leads. */
  readonly 'plg:scheduler:coordinator-promoted': object
}

/** The time for the last pings of a stop or of a pass, in ms. */
const PINGS_MS = 5000
const PHASES: Readonly<Partial<Record<keyof WatchedEvents, CheckInPhase>>> = {
  jobStarted: 'start',
  jobCompleted: 'ok',
  jobFailed: 'fail',
  'plg:scheduler:job-lost': 'fail',
}

/** The events that a rule of the alerts may be about. */
const WAKING: ReadonlySet<keyof WatchedEvents> = new Set([
  'jobCompleted',
  'jobFailed',
  'plg:scheduler:job-lost',
  'plg:scheduler:job-found',
  'plg:scheduler:job-missed',
  'plg:scheduler:coordinator-promoted',
])

/**
 * A run that was found again takes the failure of `job-lost` back, or has really failed. A run that goes on pings by
 * itself.
 */
function phaseOf<E extends keyof WatchedEvents>(event: E, payload: WatchedEvents[E]): CheckInPhase | undefined {
  if (event !== 'plg:scheduler:job-found') return PHASES[event]
  const { status } = payload as WatchedEvents['plg:scheduler:job-found']
  return status === null ? undefined : status === 'success' ? 'ok' : 'fail'
}

/**
 * Creates the watchers of the runs of one process. No request yet.
 * @typeParam Events - all events of the engine
 * @throws S3SchedError `INVALID_OPTIONS` for a rule that is wrong
 */
export function createRunWatchers<Events extends WatchedEvents>(
  deps: RunWatchersDeps,
  rules: readonly AlertRule[],
): RunWatchers<Events> {
  return new RunWatchers(deps, rules)
}

/**
 * Those outside who are told of the runs: the targets of the alerts, and the monitors of the jobs.
 * @typeParam Events - all events of the engine
 */
export class RunWatchers<Events extends WatchedEvents = WatchedEvents> {
  readonly #alerts: FleetAlerts
  readonly #checkIns: CheckIns

  constructor({ checkInOf, isInCharge, ...basics }: RunWatchersDeps, alerts: readonly AlertRule[]) {
    const deps = { ...basics, post: (url: string, init: RequestInit) => fetch(url, init) }
    this.#alerts = createFleetAlerts({ ...deps, isInCharge }, alerts)
    this.#checkIns = createCheckIns({ ...deps, checkInOf })
  }

  /** False where the event of a run of the job would be told to nobody. */
  hear(event: keyof Events, jobName: string): boolean {
    const watched = event as keyof WatchedEvents
    if (PHASES[watched] !== undefined && this.#checkIns.has(jobName)) return true
    return this.#alerts.isLooking && WAKING.has(watched)
  }

  /** Tells the monitor of the job, and lets the next look come sooner. Never throws. */
  heard<E extends keyof Events>(event: E, payload: Events[E]): void {
    const watched = event as keyof WatchedEvents
    const phase = phaseOf(watched, payload as WatchedEvents[typeof watched])
    if (phase !== undefined) this.#checkIns.ping(phase, payload as CheckedRun)
    if (WAKING.has(watched)) this.#alerts.wake()
  }

  /** Loads the code for looks; to be awaited before the rest. */
  load(): Promise<void> {
    return this.#alerts.load()
  }

  /** Looks from now on. @param store - below the prefix of the scheduler */
  begin(store: ObjectStore): void {
    this.#alerts.begin(store)
  }

  /** After a pass by hand: looks once, and waits for the deliveries and the pings. Never rejects. */
  async afterPass(store: ObjectStore): Promise<void> {
    await Promise.all([this.#alerts.look(store), this.#checkIns.settle(PINGS_MS)])
  }

  /** Ends the looks, and waits for the pings under way. */
  async end(): Promise<void> {
    await this.#alerts.end()
    await this.#checkIns.settle(PINGS_MS)
  }
}
