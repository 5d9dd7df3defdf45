import { createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore, probeStore } from '@s3sched/store'
import { ActionLog } from './action-log.ts'
import type { Evidence } from './check/check-run.ts'
import type { OperationLog } from './check/evidence.ts'
import { Instants } from './check/instants.ts'
import { describeChange } from './describe-change.ts'
import { BY_HAND, Ledger, type Change } from './ledger.ts'
import { MachineClocks } from './node.ts'
import type { Fault, Machine, Plan } from './plan-form.ts'
import { SimulatedProcess } from './process.ts'
import { inShortPages, refusalOf } from './further-faults.ts'
import { isDisturbedBy, kindOf } from './write-faults.ts'
import { World } from './world.ts'

interface Slot {
  readonly clocks: MachineClocks
  readonly machine: Machine
  /** The error of the wall clock without steps, ms. */
  skewMs: number
  process: SimulatedProcess | undefined
  started: number
}

type Trap = Extract<Fault, { readonly kind: 'atWrite' }>

/** A process notices its suspension within this time after the sleep, ms. */
const NOTICED_MS = 2000
/** Time for a process to stop when the fleet is turned off, ms. */
const SHUTDOWN_MS = 20_000

/** The machines of a plan with their processes, and the faults that befall the machines. */
export class Fleet {
  readonly trace: string[] = []
  readonly world: World
  readonly ledger: Ledger
  readonly #plan: Plan
  readonly #withTrace: boolean
  readonly #log: ActionLog
  readonly #instants: Instants
  readonly #slots: readonly Slot[]
  readonly #unfinished = new Set<string>()
  readonly #operations: OperationLog[] = []
  #version = 0
  /** The time by which the store's clock is behind, ms. */
  #storeBehindMs: number
  #isOff = false
  /** Faults that wait for a write. */
  readonly #traps = new Set<Trap>()
  /** Faults that a write has brought about. */
  readonly #sprung: Fault[] = []
  /** The ids of requests to run whose asker has an answer. */
  readonly #answered = new Set<string>()

  constructor(plan: Plan, withTrace: boolean) {
    this.#plan = plan
    this.world = new World(plan.startAt)
    this.#log = new ActionLog(this.world)
    this.#instants = new Instants(plan.jobs.map(({ name }) => name))
    this.#withTrace = withTrace
    const { clock } = this.world
    this.#storeBehindMs = plan.faults.reduce((sum, fault) => sum + (fault.kind === 'storeClock' ? fault.byMs : 0), 0)
    const storeClock = { ...clock, now: () => clock.now() - this.#storeBehindMs }
    this.ledger = new Ledger(
      inShortPages(createMemoryStore({ clock: storeClock }), plan.listed),
      clock,
      (change) => this.#onChange(change),
      plan.retentionMs,
    )
    this.#slots = plan.machines.map((machine) => ({
      clocks: new MachineClocks(this.world, machine),
      machine,
      skewMs: machine.skewMs,
      process: undefined,
      started: 0,
    }))
  }

  async live(): Promise<void> {
    const { calmMs, faults, troubleMs } = this.#plan
    const world = this.world
    const probed = { clock: world.clock, random: createSeededRandom(0) }
    await probeStore(this.ledger.as('probe'), {}, probed)
    for (let index = 0; index < this.#slots.length; index++) world.at(index * 300, () => this.#begin(index))
    for (const fault of faults) world.at(fault.at, () => this.#befall(fault))
    const check = (): void => this.#instants.look(world.now, this.#processes())
    await world.run(troubleMs, check)
    this.#mend()
    await world.run(troubleMs + calmMs, check)
  }

  evidence(): Evidence {
    const changes = [...this.ledger.changes]
    const calls = [...this.#log.calls]
    const { crowds, overlaps } = this.#log
    const violations = [...this.#instants.violations, ...crowds.map((crowd) => `group: ${crowd}`)]
    const processes = this.#processes()
    const latest = this.#slots.flatMap(({ process }) => process ?? [])
    const endedAt = this.world.now
    const storeTime = this.world.clock.now()
    const { leaderSince } = this.#instants
    const unfinished = this.#unfinished
    const wallTimes = this.#slots.map(({ clocks }) => this.world.startAt + clocks.skewMs + endedAt * clocks.rate)
    const seen = { changes, calls, overlaps, violations, processes, latest, wallTimes, operations: this.#operations }
    const faults = [...this.#plan.faults, ...this.#sprung]
    return {
      plan: this.#plan,
      ...seen,
      endedAt,
      storeTime,
      leaderSince,
      unfinished,
      isAnswered: (requestId) => this.#answered.has(requestId),
      isDisturbed: (process, from, until) => isDisturbedBy(faults, process, from, until),
    }
  }

  #processes(): SimulatedProcess[] {
    return this.#slots.flatMap(({ process }) => (process === undefined || process.node.hasCrashed ? [] : [process]))
  }

  #start(index: number): void {
    const slot = this.#slots[index] as Slot
    if (slot.process?.node.hasCrashed === false || this.#isOff) return
    const name = `m${index}.${++slot.started}`
    const { dueEveryMs, keepsWorkerId, workerId = keepsWorkerId ? `m${index}` : name } = slot.machine
    const process = new SimulatedProcess(name, workerId, this.#version, {
      world: this.world,
      plan: this.#plan,
      ledger: this.ledger,
      log: this.#log,
      clocks: slot.clocks,
      machine: slot.machine,
      tell: (what) => this.tell(name, what),
      onRequested: (requestId) => void this.#answered.add(requestId),
    })
    slot.process = process
    this.tell(name, `starts as ${workerId}, version ${this.#version}`)
    void (dueEveryMs === undefined ? process.start() : process.runDue())
  }

  /** Restarts a machine, but no machine of single passes: the next pass begins on time, however the last pass ended. */
  #startAgain(index: number): void {
    if (this.#plan.machines[index]?.dueEveryMs === undefined) this.#start(index)
  }

  #begin(index: number): void {
    this.#start(index)
    const { dueEveryMs } = this.#plan.machines[index] as Machine
    if (dueEveryMs !== undefined) this.world.at(this.world.now + dueEveryMs, () => this.#begin(index))
  }

  #befall(fault: Fault): void {
    const world = this.world
    const { machine } = fault
    if (fault.kind === 'deploy') return this.#deploy(fault.everyMs)
    if (fault.kind === 'idle') return this.#turnOff(fault.forMs)
    if (fault.kind === 'storeClock') {
      this.tell('store', `clock set forward by ${Math.round(fault.byMs)} ms`)
      this.#storeBehindMs -= fault.byMs
      return
    }
    if (fault.kind === 'deleteObject') return void this.#deleteObject(fault.what)
    const slot = this.#slots[machine] as Slot
    const { process } = slot
    if (fault.kind === 'step') {
      this.#onceAwake(slot, () => {
        this.tell(`m${machine}`, `clock stepped by ${Math.round(fault.byMs)} ms`)
        slot.clocks.skewMs += fault.byMs
      })
      return
    }
    if (fault.kind === 'atWrite') return void this.#traps.add(fault)
    if (process?.isAlive !== true) return
    this.tell(process.name, `befallen by ${JSON.stringify(fault)}`)
    if (fault.kind === 'pause') process.node.pause(fault.forMs)
    else if (fault.kind === 'suspend') process.node.suspend(fault.forMs)
    else if (fault.kind === 'partition') {
      process.network.partition(fault.what)
      world.at(world.now + fault.forMs, () => process.network.heal())
    } else if (fault.kind === 'weather') {
      process.network.setFaults(fault.faults)
      world.at(world.now + fault.forMs, () => process.network.setFaults({ maxLatencyMs: 40 }))
    } else if (fault.kind === 'refuse') {
      process.network.refuse(refusalOf(fault.refused))
      world.at(world.now + fault.forMs, () => process.network.refuse(undefined))
    } else if (fault.kind === 'crash') this.#crash(machine, fault.backAfterMs)
    else if (fault.kind === 'stop') this.#stop(machine, fault.timeoutMs, fault.backAfterMs)
    else if ('job' in fault) void this.#operate(process, fault)
  }

  #onChange(change: Change): void {
    if (this.#withTrace) this.tell(change.client, describeChange(change))
    for (const trap of this.#traps) {
      const { act, forMs, machine, of } = trap
      const process = this.#slots[machine]?.process
      if (process?.name !== change.client || kindOf(change) !== of) continue
      this.#traps.delete(trap)
      const at = this.world.now
      const fault: Fault =
        act === 'crash' ? { at, machine, kind: 'crash', backAfterMs: forMs } : { at, machine, kind: 'pause', forMs }
      this.#sprung.push(fault)
      this.#befall(fault)
    }
  }

  async #operate(process: SimulatedProcess, { job, kind }: Extract<Fault, { readonly job: string }>): Promise<void> {
    const operation: OperationLog = { kind, job, at: this.world.now, until: Infinity }
    this.#operations.push(operation)
    this.#unfinished.add(job)
    const isDone = await process.operate(kind, job)
    operation.until = this.world.now
    if (isDone) this.#unfinished.delete(job)
  }

  #crash(machine: number, backAfterMs: number): void {
    const { process } = this.#slots[machine] as Slot
    if (process?.hasStarted === false) for (const { name } of this.#plan.jobs) this.#unfinished.add(name)
    process?.node.crash()
    this.world.at(this.world.now + backAfterMs, () => this.#startAgain(machine))
  }

  #stop(machine: number, timeoutMs: number, backAfterMs: number): void {
    const { process } = this.#slots[machine] as Slot
    if (process?.isAlive !== true) return
    const back = (): void => this.world.at(this.world.now + backAfterMs, () => this.#startAgain(machine))
    void process.stop(timeoutMs).then(back)
  }

  #deploy(everyMs: number): void {
    this.#version++
    this.tell('fleet', `deploys version ${this.#version}`)
    this.#slots.forEach((_, index) => {
      this.world.at(this.world.now + index * everyMs, () => this.#stop(index, 2000, 500))
    })
  }

  async #deleteObject(what: 'lease' | 'page'): Promise<void> {
    const key = what === 'lease' ? 'leader.json' : this.ledger.pages[0]
    if (key === undefined) return
    this.tell(BY_HAND, `deletes ${key}`)
    await this.ledger.as(BY_HAND).delete(key)
  }

  /** All machines go, every other machine cleanly, and come back with clocks set to the error of the plan again. */
  #turnOff(forMs: number): void {
    const world = this.world
    this.tell('fleet', 'is turned off')
    this.#isOff = true
    this.#slots.forEach(({ process }, index) => {
      if (index % 2 === 0 && process?.isAlive === true) void process.stop(SHUTDOWN_MS)
      world.at(world.now + (index % 2 === 0 ? 2 * SHUTDOWN_MS : 0), () => process?.node.crash())
    })
    world.at(world.now + forMs, () => {
      this.#isOff = false
      this.#slots.forEach((slot, index) => {
        const { clocks, machine } = slot
        clocks.skewMs = slot.skewMs = machine.skewMs - world.now * (machine.rate - 1)
        this.#startAgain(index)
      })
    })
  }

  /** The end of the trouble: the network is whole, clocks are no worse than at first, every machine has a process. */
  #mend(): void {
    this.tell('fleet', 'all faults end')
    this.#traps.clear()
    this.#slots.forEach((slot, index) => {
      const { clocks, process } = slot
      this.#onceAwake(slot, () => (clocks.skewMs = slot.skewMs))
      process?.network.heal()
      process?.network.refuse(undefined)
      process?.network.setFaults({ maxLatencyMs: 40 })
      if (process === undefined || process.node.hasCrashed) this.#startAgain(index)
    })
  }

  /**
   * The clock of a sleeping machine is not set. With a wall clock set back during the sleep, neither clock of the machine
   * would show the elapsed time, and trust assumes that at least one clock does.
   */
  #onceAwake({ process }: Slot, setClock: () => void): void {
    const awakeAt = process?.node.suspendedUntil
    if (awakeAt === undefined) setClock()
    else this.world.at(awakeAt + NOTICED_MS, setClock)
  }

  tell(who: string, what: string): void {
    if (this.#withTrace) this.trace.push(`${(this.world.now / 1000).toFixed(3).padStart(9)} ${who.padEnd(7)} ${what}`)
  }
}
