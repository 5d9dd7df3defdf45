/**
 * Pings of a monitor that waits for each run: the start, and the end as fine or failed. The process with the run sends
 * them. Where no ping comes, the monitor knows that nothing ran, also when the whole fleet is dead.
 *
 * A ping is tried three times. The pings of a job go in turn, so no end comes before its start.
 */
import { createHash } from 'node:crypto'
import type { CheckedRun, CheckIn, CheckInPhase } from '@s3sched/jobs'
import { messageOf, orLate, type Clock, type Logger } from '@s3sched/kernel'
import { send, type DeliveryDeps } from './deliver.ts'

/** The surroundings of the pings. */
export interface CheckInsDeps extends DeliveryDeps {
  readonly clock: Clock
  readonly logger: Logger
  /** The monitor of a job; `undefined` without one. */
  readonly checkInOf: (jobName: string) => CheckIn | undefined
}

const PAUSES_MS = [1000, 5000]

/** Creates the pings of this process. No request yet. */
export function createCheckIns(deps: CheckInsDeps): CheckIns {
  return new CheckIns(deps)
}

/** The pings of the monitors of jobs, which the process with a run sends. */
export class CheckIns {
  readonly #deps: CheckInsDeps
  #giveUp = new AbortController()
  readonly #last = new Map<string, Promise<void>>()

  constructor(deps: CheckInsDeps) {
    this.#deps = deps
  }

  /** True for a job with a monitor. */
  has(jobName: string): boolean {
    return this.#deps.checkInOf(jobName) !== undefined
  }

  /** Sends a ping, where the job has a monitor. Never throws. */
  ping(phase: CheckInPhase, run: CheckedRun): void {
    const checkIn = this.#deps.checkInOf(run.jobName)
    if (checkIn === undefined) return
    const before = this.#last.get(run.jobName) ?? Promise.resolve()
    const after = before.then(() => this.#send(checkIn, phase, run))
    this.#last.set(run.jobName, after)
    void after.finally(() => {
      if (this.#last.get(run.jobName) === after) this.#last.delete(run.jobName)
    })
  }

  /** Resolves when the pings so far are sent, or given up after `timeoutMs`. */
  async settle(timeoutMs: number): Promise<void> {
    if (this.#last.size === 0) return
    await orLate(this.#deps.clock, timeoutMs, Promise.all(this.#last.values()))
    this.#giveUp.abort()
    this.#giveUp = new AbortController()
  }

  async #send(checkIn: CheckIn, phase: CheckInPhase, run: CheckedRun): Promise<void> {
    const { clock, logger } = this.#deps
    const { signal } = this.#giveUp
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        const url = typeof checkIn === 'function' ? checkIn(phase, run) : pingUrl(checkIn, phase, run)
        await send(this.#deps, url, { method: 'GET' }, signal)
        return
      } catch (error) {
        const pauseMs = PAUSES_MS[tries]
        if (pauseMs === undefined) {
          logger.warn(`the monitor of job '${run.jobName}' did not take '${phase}': ${messageOf(error)}`, { ...run })
          return
        }
        await clock.sleep(pauseMs, signal).catch(() => undefined) // a stop: the next try fails at once
      }
    }
  }
}

const STATES = {
  cronitor: { start: 'run', ok: 'complete', fail: 'fail' },
  sentry: { start: 'in_progress', ok: 'ok', fail: 'error' },
  healthchecks: { start: '/start', ok: '', fail: '/fail' },
} as const

/** The URL of a ping. Pure. */
function pingUrl(monitor: string, phase: CheckInPhase, { runId }: CheckedRun): string {
  const url = new URL(monitor)
  if (url.hostname === 'cronitor.link' || url.hostname.endsWith('.cronitor.link')) {
    url.searchParams.set('state', STATES.cronitor[phase])
    url.searchParams.set('series', runId)
  } else if (/^\/api\/[^/]+\/cron\//.test(url.pathname)) {
    url.searchParams.set('status', STATES.sentry[phase])
    url.searchParams.set('check_in_id', uuidOf(runId).replaceAll('-', ''))
  } else {
    url.pathname = url.pathname.replace(/\/$/, '') + STATES.healthchecks[phase]
    url.searchParams.set('rid', uuidOf(runId))
  }
  return url.href
}

/** The monitors tell the pings of a run by a UUID: version 8, of a hash. */
function uuidOf(runId: string): string {
  const hex = createHash('sha256').update(runId).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
