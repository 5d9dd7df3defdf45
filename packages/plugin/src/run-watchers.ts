import { type AlertRule, type CheckIns, createCheckIns, createFleetAlerts, type FleetAlerts } from '@s3sched/alerts'
import type { CoreEvents, EventObserver } from '@s3sched/engine'
import type { CheckedRun, CheckIn, CheckInPhase } from '@s3sched/jobs'
import type { Clock, Logger, Random } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'

export interface RunWatchersDeps {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** The monitor of a job; `undefined` without one. */
  readonly checkInOf: (jobName: string) => CheckIn | undefined
  /** True while this instance is to look after the whole fleet. */
  readonly isInCharge: () => boolean
}

/** The time for the last pings of a stop or of a pass, in ms. */
const PINGS_MS = 5000
const PHASES: Readonly<Partial<Record<keyof CoreEvents, CheckInPhase>>> = {
  jobStarted: 'start',
  jobCompleted: 'ok',
  jobFailed: 'fail',
  'plg:scheduler:job-lost': 'fail',
}

/** The events that a rule of the alerts may be about. */
const WAKING: ReadonlySet<keyof CoreEvents> = new Set([
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
function phaseOf<E extends keyof CoreEvents>(event: E, payload: CoreEvents[E]): CheckInPhase | undefined {
  if (event !== 'plg:scheduler:job-found') return PHASES[event]
  const { status } = payload as CoreEvents['plg:scheduler:job-found']
  return status === null ? undefined : status === 'success' ? 'ok' : 'fail'
}

/** Those outside who are told of the runs: the targets of the alerts, and the monitors of the jobs. */
export class RunWatchers implements EventObserver {
  readonly #alerts: FleetAlerts
  readonly #checkIns: CheckIns

  constructor({ checkInOf, isInCharge, ...basics }: RunWatchersDeps, alerts: readonly AlertRule[]) {
    const deps = { ...basics, post: (url: string, init: RequestInit) => fetch(url, init) }
    this.#alerts = createFleetAlerts({ ...deps, isInCharge }, alerts)
    this.#checkIns = createCheckIns({ ...deps, checkInOf })
  }

  hear(event: keyof CoreEvents, jobName: string): boolean {
    return (PHASES[event] !== undefined && this.#checkIns.has(jobName)) || (this.#alerts.isLooking && WAKING.has(event))
  }

  heard<E extends keyof CoreEvents>(event: E, payload: CoreEvents[E]): void {
    const phase = phaseOf(event, payload)
    if (phase !== undefined) this.#checkIns.ping(phase, payload as CheckedRun)
    if (WAKING.has(event)) this.#alerts.wake()
  }

  /** To be awaited before the rest. */
  load(): Promise<void> {
    return this.#alerts.load()
  }

  begin(store: ObjectStore): void {
    this.#alerts.begin(store)
  }

  /** After a pass by hand: looks once, and waits for the deliveries and the pings. Never rejects. */
  async afterPass(store: ObjectStore): Promise<void> {
    await Promise.all([this.#alerts.look(store), this.#checkIns.settle(PINGS_MS)])
  }

  async end(): Promise<void> {
    await this.#alerts.end()
    await this.#checkIns.settle(PINGS_MS)
  }
}
