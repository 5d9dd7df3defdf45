import { S3SchedError, silentLogger, type Logger } from '@s3sched/kernel'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { SchedulerPlugin, type Job, type JobContext } from '@s3sched/plugin'
import { createFaultyStore, createStoreHistory, type FaultyStore } from '@s3sched/store/testing'
import { chanceOf, type ActionLog } from './action-log.ts'
import { SIMULATED_HOST } from './host.ts'
import type { Ledger } from './ledger.ts'
import { SimulatedNode, type MachineClocks } from './node.ts'
import { definitionOf, scheduleOf, type SimulatedJob } from './jobs.ts'
import type { Machine, Operation, Plan } from './plan-form.ts'
import type { World } from './world.ts'

export interface ProcessDeps {
  readonly world: World
  readonly plan: Plan
  readonly ledger: Ledger
  readonly log: ActionLog
  readonly clocks: MachineClocks
  readonly machine: Pick<Machine, 'heartbeatMs'>
  readonly tell: (what: string) => void
  /** Called with the id of a request to run when its asker has an answer. */
  readonly onRequested: (requestId: string) => void
}

const CALM = { minLatencyMs: 2, maxLatencyMs: 40 }
const EVENTS = [
  'plg:scheduler:coordinator-promoted',
  'plg:scheduler:coordinator-demoted',
  'plg:scheduler:job-lost',
  'plg:scheduler:job-missed',
  'plg:scheduler:job-unclaimed',
  'plg:scheduler:clock-skew',
] as const

/** One process of an application: the real scheduler on a simulated node, from its start to its end. */
export class SimulatedProcess {
  readonly name: string
  readonly node: SimulatedNode
  readonly network: FaultyStore
  readonly scheduler: SchedulerPlugin<unknown>
  readonly version: number
  readonly shards: number
  /** True after `start()` has resolved: from then on the definitions of this process must be in the bucket. */
  hasStarted = false
  isStopping = false
  readonly #deps: ProcessDeps
  #asked = 0

  constructor(name: string, workerId: string, version: number, deps: ProcessDeps) {
    const { clocks, ledger, machine, plan, tell, world } = deps
    this.name = name
    this.version = version
    this.shards = plan.shards[version % plan.shards.length] ?? 1
    this.#deps = deps
    this.node = new SimulatedNode(world, clocks)
    const random = createSeededRandom(Math.floor(chanceOf(`${plan.seed} ${name}`) * 2 ** 32))
    const history = createStoreHistory(world.clock, { keepsCalls: false })
    this.network = createFaultyStore(ledger.as(name), { clock: world.clock, random, client: name, history, ...CALM })
    this.scheduler = new SchedulerPlugin<unknown>({
      jobs: this.#jobs(),
      store: this.node.gate(this.network.store),
      prefix: '',
      workerId,
      clock: this.node.clock,
      host: SIMULATED_HOST,
      random,
      logger: loggerOf(tell),
      heartbeatInterval: machine.heartbeatMs ?? plan.heartbeatMs,
      coldStartObservationWindow: 1000,
      handleSignals: false,
      enableCoordinator: !plan.isLeaderless,
      standby: plan.standby,
      shards: this.shards,
      maxConcurrentJobs: 50,
      ...(plan.hasHistory === false ? { persistJobs: false } : {}),
      ...(plan.retentionMs === undefined ? {} : { historyRetention: plan.retentionMs }),
      ...(plan.cleanupMs === undefined ? {} : { cleanupInterval: plan.cleanupMs }),
    })
    for (const event of EVENTS)
      this.scheduler.on(event, (payload) => tell(`${event.slice(14)} ${JSON.stringify(payload)}`))
  }

  get isAlive(): boolean {
    return !this.node.hasCrashed && !this.isStopping
  }

  /** Starts the scheduler, and again after each failure, as a supervisor would. */
  async start(): Promise<void> {
    while (this.isAlive) {
      try {
        await this.scheduler.start()
        this.hasStarted = true
        return
      } catch (error) {
        this.#deps.tell(`could not start: ${String(error)}`)
        if (!(error instanceof S3SchedError)) throw error
        await this.node.clock.sleep(1000)
      }
    }
  }

  /** Makes one pass over the due ticks; then the process ends like a cloud function. */
  async runDue(): Promise<void> {
    try {
      await this.scheduler.runDue()
    } catch (error) {
      this.#deps.tell(`could not run what is due: ${String(error)}`)
      if (!(error instanceof S3SchedError)) throw error
    }
    this.node.crash()
  }

  /** Stops the process cleanly; the process counts as gone from the call on. */
  async stop(timeoutMs: number): Promise<void> {
    this.isStopping = true
    try {
      await this.scheduler.stop({ timeout: timeoutMs })
    } catch (error) {
      this.#deps.tell(`could not stop cleanly: ${String(error)}`)
      if (!(error instanceof S3SchedError)) throw error
    }
    this.node.crash()
  }

  /** Carries out an operator's request, with retries. @returns whether the request came to an end. */
  async operate(operation: Operation, job: string): Promise<boolean> {
    while (this.isAlive) {
      try {
        await this.#operate(operation, job)
        return true
      } catch (error) {
        if (!(error instanceof S3SchedError)) return true // the error of the action
        if (!error.retriable || ['JOB_ALREADY_RUNNING', 'BACKFILL_RUNNING'].includes(error.code)) return true
        await this.node.clock.sleep(500)
      }
    }
    return false
  }

  async #operate(operation: Operation, name: string): Promise<unknown> {
    const { scheduler } = this
    const mark = `${this.name} ${operation} ${++this.#asked}`
    if (operation === 'pauseJob') return scheduler.disableJob(name)
    if (operation === 'resumeJob') return scheduler.enableJob(name)
    if (operation === 'removeJob') return scheduler.removeJob(name)
    if (operation === 'runJob') return scheduler.runJob(name, { mark })
    if (operation === 'requestRun') return this.#deps.onRequested(await scheduler.requestRun(name, { mark }))
    if (operation === 'cancelRun') return scheduler.cancelRun(name)
    if (operation === 'cancelBackfill') return scheduler.cancelBackfill(name)
    if (operation === 'backfill' || operation === 'backfillAtOnce') {
      const to = this.node.clock.now() - BACKFILL_AGO_MS
      const overlap = operation === 'backfill' ? 'queue' : 'allow'
      return scheduler.backfill(name, { from: to - BACKFILL_MS, to, overlap })
    }
    const job = this.#deps.plan.jobs.find((each) => each.name === name)
    if (job?.periodMs === undefined) return scheduler.updateJob(name, { retries: 1 })
    return scheduler.updateJob(name, { schedule: scheduleOf(job.periodMs * 1.5, job.asCron) } as Partial<Job<unknown>>)
  }

  #jobs(): Record<string, Job<unknown>> {
    const jobs: Record<string, Job<unknown>> = {}
    for (const job of this.#deps.plan.jobs) {
      const definition = definitionOf(job, this.version)
      if (definition === undefined) continue
      jobs[job.name] = {
        ...definition,
        action: (_: unknown, context: JobContext) => this.#act(job, context),
      } as unknown as Job<unknown>
    }
    return jobs
  }

  #act(job: SimulatedJob, context: JobContext): Promise<string> {
    const { log, tell, world } = this.#deps
    const { attempt, epoch, fence, jobName, runId, scheduledTime } = context
    const wasTrusted =
      epoch === undefined || (this.scheduler.isLeader(jobName) && this.scheduler.getCurrentEpoch(jobName) === epoch)
    const told = { job: jobName, runId, tick: scheduledTime.getTime(), attempt, fence, epoch, mark: context['mark'] }
    const clocks = { wallTime: this.node.clock.now(), clockSetAt: this.#deps.clocks.setAt }
    tell(`starts ${jobName} ${scheduledTime.toISOString()} attempt ${attempt} fence ${fence} run ${runId}`)
    const call = { ...told, ...clocks, process: this.name, startedAt: world.now, wasTrusted }
    return log.act(this.node, call, context, job)
  }
}

/** A clock may be ahead of the store's by some seconds. */
const BACKFILL_AGO_MS = 5000
const BACKFILL_MS = 90_000

function loggerOf(tell: (what: string) => void): Logger {
  return {
    ...silentLogger,
    warn: (message) => tell(`warns: ${message}`),
    error: (message) => tell(`reports: ${message}`),
  }
}
