import { closeSync, openSync } from 'node:fs'
import type { Life } from './life.ts'
import { Member } from './member.ts'
import { isTrouble, type Fault, type Trouble } from './plan.ts'
import type { Proxy } from './proxy.ts'

/** A fault as carried out. Instants are epoch ms. */
export interface Blow {
  readonly fault: Fault
  readonly at: number
  /** The process hit by the fault; `undefined` for the server, and without a suitable process. */
  readonly life: string | undefined
  readonly hitLeader: boolean
}

export interface FleetOptions {
  readonly program: URL
  readonly processes: number
  readonly journal: string
  readonly log: string
  readonly heartbeatMs: number
  /** The way of each instance to the store. */
  readonly ways: readonly Way[]
}

export interface Way {
  readonly store: string
  /** `undefined`: the instance makes its trouble itself. */
  readonly proxy: Proxy | undefined
}

/** A supervisor waits this long before the restart of a crashed process. */
const RESTART_MS = 500

/** The processes of a run. An ended process is started again. */
export class Fleet {
  readonly #members: readonly Member[]
  readonly #ways: readonly Way[]
  readonly #log: number
  readonly #timers = new Set<NodeJS.Timeout>()
  #leader: string | undefined
  #isEnding = false

  constructor({ heartbeatMs, journal, log, processes, program, ways }: FleetOptions) {
    this.#ways = ways
    const file = (this.#log = openSync(log, 'a'))
    this.#members = Array.from({ length: processes }, (_, index) => {
      const workerId = `p${index + 1}`
      const member: Member = new Member({
        program,
        workerId,
        store: ways[index]?.store ?? '',
        journal,
        heartbeatMs,
        log: file,
        onReport: ({ kind }) => {
          if (kind === 'leads') this.#leader = workerId
          else if (kind === 'leads-no-more' && this.#leader === workerId) this.#leader = undefined
        },
        onEnd: ({ end }) => {
          if (this.#leader === workerId) this.#leader = undefined
          if (end === 'no-start' || end === 'crash') this.#later(RESTART_MS, () => this.#restart(member))
        },
      })
      return member
    })
  }

  get lives(): Life[] {
    return this.#members.flatMap((member) => member.lives)
  }

  /** True while every instance has started. */
  get isReady(): boolean {
    return this.#members.every(({ isReady }) => isReady)
  }

  start(): void {
    for (const member of this.#members) member.start()
  }

  /** Carries out one fault on an instance, and undoes the fault after its time. */
  deal(fault: Fault): Blow {
    const hitLeader = fault.target === 'leader' && this.#leader !== undefined
    const index =
      typeof fault.target === 'number' ? fault.target : this.#members.findIndex((m) => m.workerId === this.#leader)
    const member = this.#members[Math.max(0, index)]
    const way = this.#ways[Math.max(0, index)]
    const blow = { fault, at: Date.now(), hitLeader: hitLeader || member?.workerId === this.#leader }
    if (member?.isUp !== true || way === undefined) return { ...blow, life: undefined }
    const life = member.lives.at(-1)?.id
    const { forMs, kind } = fault
    if (kind === 'kill') {
      void member.kill()
      this.#later(forMs, () => this.#restart(member))
    } else if (kind === 'stop') void member.stop().then(() => this.#later(forMs, () => this.#restart(member)))
    else if (kind === 'pause') {
      member.pause()
      this.#later(forMs, () => member.resume())
    } else if (isTrouble(kind)) {
      setTrouble(member, way, kind)
      this.#later(forMs, () => setTrouble(member, way, 'none'))
    } else if (kind !== 'server-kill') member.tell({ kind })
    return { ...blow, life }
  }

  /** Ends all faults: every instance is awake, reaches the store and runs. */
  calm(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    for (const [index, member] of this.#members.entries()) {
      const way = this.#ways[index]
      if (!member.isDown) member.resume()
      if (way !== undefined) setTrouble(member, way, 'none')
      this.#restart(member)
    }
  }

  /** Leaves no job paused. */
  resumeJob(): void {
    this.#members[0]?.tell({ kind: 'resume-job' })
  }

  /** Stops all processes cleanly. Resolves when all are gone. */
  async stop(): Promise<void> {
    this.#isEnding = true
    await Promise.all(this.#members.map((member) => member.stop()))
  }

  /** Leaves no process behind, after any error. */
  async end(): Promise<void> {
    this.#isEnding = true
    for (const timer of this.#timers) clearTimeout(timer)
    await Promise.all(this.#members.map((member) => member.kill()))
    closeSync(this.#log)
  }

  #restart(member: Member): void {
    if (member.isDown && !this.#isEnding) member.start()
  }

  #later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, ms)
    this.#timers.add(timer)
  }
}

function setTrouble(member: Member, { proxy }: Way, trouble: Trouble | 'none'): void {
  if (proxy === undefined) member.tell({ kind: 'trouble', trouble })
  else if (trouble === 'none') proxy.heal()
  else proxy.trouble(trouble)
}
