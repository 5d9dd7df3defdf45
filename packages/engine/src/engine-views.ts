import type { Leader, Shard, Worker } from '@s3sched/coordinator'
import type { SlotUse } from '@s3sched/executor'
import type { ListQuery } from '@s3sched/history'
import { asSchedulerError, checkJobName, onBucket } from '@s3sched/jobs'
import type { Clock } from '@s3sched/kernel'
import { StoreError } from '@s3sched/store'
import type { JobCatalog } from './definitions/job-catalog.ts'
import type { EngineLife } from './engine-life.ts'
import type { ResolvedEngineOptions } from './engine-options.ts'
import { historyEntry, type JobHistoryEntry } from './job-history-entry.ts'
import { type JobStatus, statusOf } from './job-status.ts'

export interface EngineViewsDeps {
  readonly clock: Clock
  readonly catalog: Pick<JobCatalog, 'jobs'>
  readonly life: EngineLife
}

/** What an engine knows of its jobs and of the leaders, also before the engine is open; requests are named. */
export class EngineViews {
  readonly #deps: EngineViewsDeps
  readonly #options: Pick<ResolvedEngineOptions, 'maxConcurrentJobs' | 'shards'>

  constructor(deps: EngineViewsDeps, options: Pick<ResolvedEngineOptions, 'maxConcurrentJobs' | 'shards'>) {
    this.#deps = deps
    this.#options = options
  }

  /** `null` for an unknown name. */
  job(name: string): JobStatus | null {
    if (typeof (name as unknown) !== 'string') return null
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
  jobs(): JobStatus[] {
    const names = [...this.#deps.catalog.jobs.keys()]
    return names.map((name) => this.job(name)).filter((status) => status !== null)
  }

  /** Reads the changed records of the bucket for the views of jobs: 1 GET or LIST, and 1 GET per changed page. */
  async refresh(): Promise<void> {
    const { bucket } = await this.#deps.life.open()
    await onBucket(() => bucket.records.loadAll())
  }

  /** The runs of a job, newest first; requests as for `RunHistory.list`. @throws SchedulerError */
  async history(job: string, query: Omit<ListQuery, 'job'>): Promise<JobHistoryEntry[]> {
    checkJobName(job)
    const { history } = (await this.#deps.life.open()).bucket
    if (history === undefined) return []
    const { runs } = await history.list({ ...query, job }).catch((error: unknown) => {
      throw asSchedulerError(error instanceof StoreError ? 'STORE' : 'INVALID_ARGUMENT', error)
    })
    return runs.map(historyEntry)
  }

  /** The use of this process's slots, with the number of waiting runs. */
  slots(): SlotUse {
    const unused = { max: this.#options.maxConcurrentJobs, taken: 0, waiting: 0, longestWaitMs: 0, abandoned: 0 }
    return this.#deps.life.core?.execution.executor.slots() ?? unused
  }

  /** True while this instance leads the shard of a job. @param jobName - `undefined`: any shard */
  isLeader(jobName: string | undefined): boolean {
    const { core } = this.#deps.life
    if (typeof jobName === 'string') return core?.fleet.shardOf(jobName).isLeader() ?? false
    return (core?.fleet.coordinator.leading().length ?? 0) > 0
  }

  /** The leader as far as known. @param jobName - of its shard; `undefined`: of the first shard */
  leader(jobName: string | undefined): Leader | null {
    return this.#shard(jobName)?.leader() ?? null
  }

  /** The leader of each shard. */
  leaders(): readonly (Leader | null)[] {
    const shards = this.#deps.life.core?.fleet.coordinator.shards
    return shards?.map((shard) => shard.leader() ?? null) ?? Array.from({ length: this.#options.shards }, () => null)
  }

  /** The epoch of the last leader known; 0 before the first. @param jobName - as for {@link leader} */
  epoch(jobName: string | undefined): number {
    return this.#shard(jobName)?.epoch() ?? 0
  }

  /** The live instances: 1 LIST, and 1 GET per changed instance. */
  async workers(): Promise<readonly Worker[]> {
    const { fleet } = await this.#deps.life.open()
    return onBucket(() => fleet.members.list())
  }

  /** This instance's name among the instances; `null` before the first use of the store. */
  get workerId(): string | null {
    return this.#deps.life.core?.fleet.coordinator.workerId ?? null
  }

  #shard(jobName: string | undefined): Shard | undefined {
    const { core } = this.#deps.life
    return typeof jobName === 'string' ? core?.fleet.shardOf(jobName) : core?.fleet.coordinator.shards[0]
  }
}
