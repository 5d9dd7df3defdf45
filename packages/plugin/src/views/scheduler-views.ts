import type { Clock } from '@s3sched/kernel'
import type { Leader, Shard, Worker } from '@s3sched/coordinator'
import type { SlotUse } from '@s3sched/executor'
import { StoreError } from '@s3sched/store'
import { historyEntry, type JobCatalog, type JobHistoryEntry, type JobStatus, statusOf } from '@s3sched/engine'
import { asSchedulerError, checkJobName } from '@s3sched/jobs'
import type { ResolvedSchedulerOptions } from '../resolve-options.ts'
import type { SchedulerLife } from '../scheduler-life.ts'
import { askedStatus, type HistoryQuery } from './history-query.ts'
import { jobList, type JobList } from './job-list.ts'
import { healthOf, patienceWithStore, type SchedulerHealth } from './scheduler-health.ts'

export interface SchedulerViewsDeps {
  readonly options: ResolvedSchedulerOptions
  readonly clock: Clock
  readonly catalog: JobCatalog
  readonly life: SchedulerLife
}

/** The views of a scheduler, without a request but for {@link SchedulerViews.history} and `workers`. */
export class SchedulerViews {
  readonly #deps: SchedulerViewsDeps

  constructor(deps: SchedulerViewsDeps) {
    this.#deps = deps
  }

  /** `null` for an unknown name. */
  job(name: string): JobStatus | null {
    const { catalog, clock, life } = this.#deps
    const { core } = life
    return statusOf(name, core?.bucket.records.peek(name), catalog.jobs.get(name), {
      scheduleOf: (record) => core?.bucket.schedules.show(name, record) ?? null,
      now: clock.now(),
      leader: this.leader(name)?.workerId ?? null,
      unclaimedSince: core?.unservedSince(name) ?? null,
      runningHere: core?.execution.executor.running(name) ?? [],
    })
  }

  /** All jobs of this instance. */
  jobs(): JobList {
    const names = [...this.#deps.catalog.jobs.keys()]
    return jobList(names.map((name) => this.job(name)).filter((status) => status !== null))
  }

  /** The runs of a job, newest first. @throws SchedulerError */
  async history(name: string, { status, ...query }: HistoryQuery): Promise<JobHistoryEntry[]> {
    checkJobName(name)
    const { history } = (await this.#deps.life.open()).bucket
    if (history === undefined) return []
    const { runs } = await history.list({ ...query, ...askedStatus(status), job: name }).catch((error: unknown) => {
      throw asSchedulerError(error instanceof StoreError ? 'STORE' : 'INVALID_ARGUMENT', error)
    })
    return runs.map(historyEntry)
  }

  slots(): SlotUse {
    const { life, options } = this.#deps
    const unused = { max: options.maxConcurrentJobs, taken: 0, waiting: 0, longestWaitMs: 0, abandoned: 0 }
    return life.core?.execution.executor.slots() ?? unused
  }

  health(): SchedulerHealth {
    const { life, options } = this.#deps
    const { enabled: isEnabled, heartbeatInterval: heartbeatMs } = options
    const storeTrouble = life.core?.storeTrouble(patienceWithStore(heartbeatMs))
    return healthOf({ state: life.state, storeTrouble, isEnabled })
  }

  /** @param jobName - `undefined`: of any shard */
  isLeader(jobName: string | undefined): boolean {
    const { core } = this.#deps.life
    if (jobName !== undefined) return core?.fleet.shardOf(jobName).isLeader() ?? false
    return (core?.fleet.coordinator.leading().length ?? 0) > 0
  }

  /** @param jobName - `undefined`: of the first shard */
  leader(jobName: string | undefined): Leader | null {
    return this.#shard(jobName)?.leader() ?? null
  }

  /** The leader of each shard. */
  leaders(): readonly (Leader | null)[] {
    const { life, options } = this.#deps
    return (
      life.core?.fleet.coordinator.shards.map((shard) => shard.leader() ?? null) ??
      Array.from({ length: options.shards }, () => null)
    )
  }

  /** @param jobName - `undefined`: of the first shard */
  epoch(jobName: string | undefined): number {
    return this.#shard(jobName)?.epoch() ?? 0
  }

  async workers(): Promise<readonly Worker[]> {
    const { fleet } = await this.#deps.life.open()
    return fleet.members.list()
  }

  get workerId(): string | null {
    return this.#deps.life.core?.fleet.coordinator.workerId ?? null
  }

  #shard(jobName: string | undefined): Shard | undefined {
    const { core } = this.#deps.life
    return jobName === undefined ? core?.fleet.coordinator.shards[0] : core?.fleet.shardOf(jobName)
  }
}
