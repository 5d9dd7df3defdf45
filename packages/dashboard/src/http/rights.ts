/**
 * The rights of one request.
 *
 * `authorize` is asked about the request first (`look`, without a job). A function that takes a third parameter is asked
 * about each job too: the jobs that the caller may not see then appear nowhere, neither in lists nor in counts. Each
 * question is asked once for a request.
 */
import type { IncomingMessage } from 'node:http'
import type { Logger } from '@s3sched/kernel'
import type { LeaderView } from '@s3sched/operator'
import type { Authorize, DashboardAction } from '../dashboard-options.ts'
import type { FleetSnapshot } from '../fleet/fleet-snapshot.ts'
import { ACTIONS, type Action } from './route.ts'

export interface RightsRules {
  readonly authorize: Authorize | undefined
  readonly readOnly: boolean
}

export class Rights {
  readonly #req: IncomingMessage
  readonly #rules: RightsRules
  readonly #logger: Logger
  readonly #answers = new Map<string, Promise<boolean>>()

  constructor(req: IncomingMessage, rules: RightsRules, logger: Logger) {
    this.#req = req
    this.#rules = rules
    this.#logger = logger
  }

  /** True for a caller who may see pages at all. */
  mayLook(): Promise<boolean> {
    return this.#ask('look', undefined)
  }

  async maySee(job: string): Promise<boolean> {
    return !this.#isPerJob || (await this.#ask('look', job))
  }

  /** The jobs among these that the caller may see; `undefined` for all. */
  async seenOf(jobs: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    if (!this.#isPerJob) return undefined
    const verdicts = await Promise.all(jobs.map((job) => this.#ask('look', job)))
    return new Set(jobs.filter((_, index) => verdicts[index]))
  }

  async may(action: Action, job: string): Promise<boolean> {
    return !this.#rules.readOnly && (await this.maySee(job)) && (await this.#ask(action, job))
  }

  /** The allowed actions on a job. */
  async actionsOn(job: string): Promise<ReadonlySet<Action>> {
    const verdicts = await Promise.all(ACTIONS.map((action) => this.may(action, job)))
    return new Set(ACTIONS.filter((_, index) => verdicts[index]))
  }

  get #isPerJob(): boolean {
    return (this.#rules.authorize?.length ?? 0) > 2
  }

  #ask(action: DashboardAction, job: string | undefined): Promise<boolean> {
    const key = `${action} ${job ?? ''}`
    let answer = this.#answers.get(key)
    if (answer === undefined) this.#answers.set(key, (answer = this.#verdict(action, job)))
    return answer
  }

  async #verdict(action: DashboardAction, job: string | undefined): Promise<boolean> {
    const { authorize } = this.#rules
    if (authorize === undefined) return true
    try {
      const verdict: unknown = await authorize(this.#req, action, job)
      return verdict === true
    } catch (error) {
      this.#logger.error("the dashboard's authorize failed; the request is refused", { error })
      return false
    }
  }
}

/** The part of a snapshot about the jobs that a caller may see. */
export async function seenPart(snapshot: FleetSnapshot, rights: Rights): Promise<FleetSnapshot> {
  const { health, jobs, leader, requests, unreadable, workers } = snapshot
  const records = unreadable.filter(({ kind }) => kind === 'record').map(({ name }) => name)
  const seen = await rights.seenOf([...jobs.map(({ name }) => name), ...records])
  if (seen === undefined) return snapshot
  return {
    ...snapshot,
    jobs: jobs.filter(({ name }) => seen.has(name)),
    unreadable: unreadable.filter(({ kind, name }) => kind === 'page' || seen.has(name)),
    requests: requests.filter(({ jobName }) => seen.has(jobName)),
    health: health.filter(({ job }) => job === null || seen.has(job)),
    leader: seenLeader(leader, seen),
    // An instance's notes name jobs; what these say is in the findings.
    workers: workers.map((worker) => ({ ...worker, notes: undefined })),
    seen,
  }
}

/** The leaders of the shards name jobs, as the view of them all does. */
function seenLeader(leader: LeaderView, seen: ReadonlySet<string>): LeaderView {
  if (leader.state !== 'held') return leader
  const { shards, unclaimed, unserved } = leader
  const only = <T>(byJob: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(byJob).filter(([name]) => seen.has(name)))
  return {
    ...leader,
    unclaimed: only(unclaimed),
    unserved: only(unserved),
    ...(shards === undefined ? {} : { shards: shards.map((shard) => seenLeader(shard, seen)) }),
  }
}
