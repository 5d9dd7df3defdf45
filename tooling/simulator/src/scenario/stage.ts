/**
 * A small fleet for a named scenario: the real scheduler on simulated machines, as in the drawn runs, but with faults
 * given step by step. The same checkers look at the fleet in the end.
 */
import { createMemoryStore, listAll, probeStore, type Fields } from '@s3sched/store'
import { createSeededRandom } from '@s3sched/kernel/testing'
import type { Faults } from '@s3sched/store/testing'
import { ActionLog, type ActionCall } from '../action-log.ts'
import { checkRun } from '../check/check-run.ts'
import type { Evidence } from '../check/evidence.ts'
import { Instants } from '../check/instants.ts'
import { finalRecord, recordedRuns, type RecordedRun } from '../check/recorded-runs.ts'
import type { SimulatedJob } from '../jobs.ts'
import { BY_HAND, Ledger, type Change } from '../ledger.ts'
import { MachineClocks } from '../node.ts'
import type { Plan } from '../plan-form.ts'
import { SimulatedProcess } from '../process.ts'
import { World } from '../world.ts'
import { Bucket } from './bucket.ts'

export const SECOND = 1000
export const MINUTE = 60_000
export const HOUR: number = 60 * MINUTE
/** Heartbeat interval of every stage, ms; a lease lasts three heartbeats. */
export const HEARTBEAT = 2000
export const TTL: number = 3 * HEARTBEAT
/** Time from a leader's death to the next leader, ms: the ttl, the next poll, and the requests. */
export const TAKEOVER: number = TTL + HEARTBEAT + SECOND

/** The record of the job `job` as written by a change; `undefined` for a change of others. */
export function recordIn(jobs: Change['jobs']): Fields | undefined {
  return jobs.find((write) => write.job === 'job')?.fields
}

/** A log line or an event of a process. */
export interface Said {
  readonly at: number
  readonly process: string
  readonly what: string
}

const PLAIN: SimulatedJob = {
  name: 'job',
  periodMs: 10_000,
  asCron: true,
  overlap: 'skip',
  catchUp: 'all',
  onLost: 'record',
  retries: 0,
  backoffMs: 1000,
  jitterMs: 0,
  after: [],
  runOnStart: false,
  tookMs: 0,
  isErratic: false,
  fails: 0,
  sinceVersion: 0,
  slowerFrom: Infinity,
}

export interface StageOptions {
  /** Differences from a job with a tick every 10 s and an instant action. @default that one job */
  readonly jobs?: readonly Partial<SimulatedJob>[]
  /** Errors of the machines' clocks, ms, an entry for each machine. @default two that are right */
  readonly skews?: readonly number[]
  /** The time by which the clock of the store is behind at first, ms. @default 0 */
  readonly storeBehindMs?: number
  /** @default that of every simulation */
  readonly startAt?: number
  /** `'hot'`: two followers stand in for a silent leader; `'cold'`: due ticks wait for the next leader. @default 'hot' */
  readonly standby?: 'hot' | 'cold'
}

export class Stage {
  readonly world: World
  readonly bucket: Bucket
  readonly log: ActionLog
  readonly said: Said[] = []
  readonly machines: readonly MachineClocks[]
  readonly #jobs: readonly SimulatedJob[]
  readonly #standby: 'hot' | 'cold'
  readonly #ledger: Ledger
  readonly #instants: Instants
  readonly #processes: SimulatedProcess[] = []
  readonly #changeTraps = new Set<(change: Change) => boolean>()
  readonly #endTraps = new Set<(call: ActionCall) => boolean>()
  #mendedAt = 0
  #storeBehindMs: number

  constructor({ jobs = [{}], skews = [0, 0], standby = 'hot', startAt, storeBehindMs = 0 }: StageOptions = {}) {
    this.#storeBehindMs = storeBehindMs
    this.#standby = standby
    this.world = new World(startAt)
    this.log = new ActionLog(this.world, (call) => this.#spring(this.#endTraps, call))
    this.#jobs = jobs.map((job) => ({ ...PLAIN, ...job }))
    this.#instants = new Instants(this.#jobs.map(({ name }) => name))
    this.machines = skews.map((skewMs) => new MachineClocks(this.world, { rate: 1, skewMs }))
    const { clock } = this.world
    this.bucket = new Bucket(createMemoryStore({ clock: { ...clock, now: () => clock.now() - this.#storeBehindMs } }))
    this.#ledger = new Ledger(this.bucket.store, this.world.clock, (change) => this.#spring(this.#changeTraps, change))
  }

  get changes(): readonly Change[] {
    return this.#ledger.changes
  }

  get calls(): readonly ActionCall[] {
    return this.log.calls
  }

  /** The processes that have not crashed or stopped, in the order of their start. */
  get processes(): readonly SimulatedProcess[] {
    return this.#processes.filter(({ node }) => !node.hasCrashed)
  }

  /**
   * Starts a process on a machine, named after the machine with a number.
   * @param faults - the faults of the network from the start on
   */
  async boot(machine: number, workerId?: string, faults?: Faults): Promise<SimulatedProcess> {
    const generation = this.#processes.filter(({ name }) => name.startsWith(`m${machine}.`)).length + 1
    const name = `m${machine}.${generation}`
    const process = new SimulatedProcess(name, workerId ?? name, 0, {
      world: this.world,
      plan: this.#plan(),
      ledger: this.#ledger,
      log: this.log,
      machine: {},
      clocks: this.machines[machine] as MachineClocks,
      tell: (what) => void this.said.push({ at: this.world.now, process: name, what }),
      onRequested: () => {},
    })
    process.scheduler.on('error', ({ error }) => {
      this.said.push({ at: this.world.now, process: name, what: `error: ${String(error)}` })
    })
    this.#processes.push(process)
    if (faults !== undefined) process.network.setFaults({ maxLatencyMs: 40, ...faults })
    let isUp = false
    void process.start().then(() => (isUp = true))
    await this.until(() => isUp, MINUTE, `${name} is up`)
    return process
  }

  /** Starts a process on each machine. The leader is the first of the pair, a follower the second. */
  async bootAll(): Promise<readonly [SimulatedProcess, SimulatedProcess]> {
    await probeStore(this.#ledger.as('probe'), {}, { clock: this.world.clock, random: createSeededRandom(0) })
    for (const machine of this.machines.keys()) await this.boot(machine)
    await this.until(() => this.leader() !== undefined, MINUTE, 'somebody leads')
    const leader = this.leader() as SimulatedProcess
    return [leader, this.processes.find((process) => process !== leader) ?? leader]
  }

  /** The process of this name, crashed or not. */
  processNamed(name: string): SimulatedProcess {
    const process = this.#processes.find((each) => each.name === name)
    if (process === undefined) throw new Error(`expected a process ${name}`)
    return process
  }

  leader(): SimulatedProcess | undefined {
    return this.processes.find(({ node, scheduler }) => node.isRunning && scheduler.isLeader())
  }

  /** Lets real time pass. */
  async pass(ms: number): Promise<void> {
    await this.world.run(this.world.now + ms, () => this.#instants.look(this.world.now, this.processes))
  }

  /** @throws when the condition has not come true within `withinMs` */
  async until(isTrue: () => boolean, withinMs: number, what: string): Promise<void> {
    const limit = this.world.now + withinMs
    while (!isTrue()) {
      if (this.world.now >= limit) throw new Error(`within ${withinMs} ms: ${what}`)
      await this.pass(20)
    }
  }

  /** Lets time pass until the work is done. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isOver = false
    const end = (): void => void (isOver = true)
    work.then(end, end)
    await this.until(() => isOver, 10 * MINUTE, 'it is over')
    return work
  }

  /** Calls `act` with each change of the bucket, before any process hears of the change, until `act` returns `true`. */
  onChange(act: (change: Change) => boolean): void {
    this.#changeTraps.add(act)
  }

  /** Calls `act` at each end of an action, before the scheduler hears of the end, until `act` returns `true`. */
  onEnd(act: (call: ActionCall) => boolean): void {
    this.#endTraps.add(act)
  }

  /** Sets the clock of the store right, in one step. */
  setStoreClock(): void {
    this.#storeBehindMs = 0
  }

  /** Changes the bucket by hand, past every scheduler. */
  async byHand(work: (store: Bucket['store']) => Promise<unknown>): Promise<void> {
    await work(this.#ledger.as(BY_HAND))
  }

  /** The keys in the bucket now. */
  async keys(prefix = ''): Promise<string[]> {
    return (await listAll(this.bucket.store, prefix)).map(({ key }) => key)
  }

  /** The recorded outcome of each run of a job, oldest first; the run's own record wins over a verdict. */
  history(job = 'job'): RecordedRun[] {
    const runs = [...recordedRuns(this.changes).values()].flatMap((records) => finalRecord(records) ?? [])
    return runs.filter((run) => run.job === job)
  }

  /** The log lines and events that match. */
  heard(what: RegExp): Said[] {
    return this.said.filter((said) => what.test(said.what))
  }

  /** Ends all faults, and checks all promises a minute and a half later. @returns the violations */
  async verdict(): Promise<string[]> {
    this.#mendedAt = this.world.now
    this.bucket.mend()
    for (const { network } of this.processes) {
      network.heal()
      network.setFaults({ maxLatencyMs: 40 })
    }
    await this.pass(90 * SECOND)
    return checkRun(this.#evidence())
  }

  #spring<T>(traps: Set<(what: T) => boolean>, what: T): void {
    for (const trap of traps) if (trap(what)) traps.delete(trap)
  }

  #evidence(): Evidence {
    return {
      plan: this.#plan(),
      // A change by hand is no fault of the scheduler; the checkers judge the behaviour afterwards.
      changes: this.changes.filter(({ client }) => client !== BY_HAND),
      calls: this.calls,
      overlaps: this.log.overlaps,
      violations: this.#instants.violations,
      processes: this.processes,
      latest: [...this.processes],
      wallTimes: this.machines.map(({ rate, skewMs }) => this.world.startAt + skewMs + this.world.now * rate),
      operations: [],
      endedAt: this.world.now,
      storeTime: this.world.clock.now(),
      leaderSince: this.#instants.leaderSince,
      isAnswered: () => true,
      // A scenario says itself what becomes of the runs that it disturbs.
      isDisturbed: () => true,
      unfinished: new Set(),
    }
  }

  #plan(): Plan {
    return {
      seed: 1,
      isLeaderless: false,
      standby: this.#standby,
      shards: [1],
      heartbeatMs: HEARTBEAT,
      machines: this.machines.map(({ skewMs }) => ({ rate: 1, skewMs, keepsWorkerId: false })),
      jobs: this.#jobs,
      faults: [],
      troubleMs: this.#mendedAt,
      calmMs: this.world.now - this.#mendedAt,
    }
  }
}
