import type { Random } from '@s3sched/kernel'
import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import type { ObjectStore } from '@s3sched/store'
import { createFaultyStore, createMemoryStore, type Faults, type FaultyStore } from '@s3sched/store/testing'
import { createLedger, type Decision, type Ledger, type RecordCodec } from '../../src/index.ts'
import type { LedgerProtocol } from '../../src/protocol.ts'
import { LedgerChecker, type Operation } from './ledger-checker.ts'
import { BAD_RECORDS, plantBadRecords, stillBad } from './bad-records.ts'
import { SimulatedProcess } from './simulated-process.ts'

/** A network that fails about a fifth of the requests. */
const TROUBLED: Faults = {
  unavailable: 0.03,
  throttled: 0.03,
  lostRequest: 0.04,
  lostResponse: 0.05,
  lateWrite: 0.04,
  retriedWrite: 0.02,
  truncatedBody: 0.01,
  maxLatencyMs: 60,
  maxLateMs: 3000,
  maxNoticeMs: 200,
}
const QUIET: Faults = { maxLatencyMs: 10 }

const TROUBLE_MS = 20_000
const WRITERS = 4
const KEYS = 40

interface List {
  readonly ids: readonly string[]
}

const codec: RecordCodec<List> = {
  decode: (value) => {
    const ids = (value as Partial<List> | null)?.ids
    return Array.isArray(ids) ? { outcome: 'read', record: { ids } } : { outcome: 'unreadable', problem: 'no ids' }
  },
  encode: (record) => record,
}

interface Writer {
  readonly process: SimulatedProcess
  readonly network: FaultyStore
  readonly ledger: Ledger<List>
}

export interface SimulatedLedger {
  readonly checker: LedgerChecker
  readonly splits: number
}

/** Several processes change the records of one ledger, under all kinds of faults. */
export async function simulateLedger(seed: number, protocol?: LedgerProtocol): Promise<SimulatedLedger> {
  const clock = createManualClock()
  const random = createSeededRandom(seed)
  const shared = createMemoryStore({ clock })
  const isPlanted = seed % 2 === 1
  if (isPlanted) await plantBadRecords(shared)
  const simulation = new Simulation(shared, clock, random, protocol)
  for (let index = 0; index < WRITERS; index++) simulation.start()
  void simulation.makeTrouble()
  await clock.advance(TROUBLE_MS)
  simulation.isOver = true
  // Late writes land, and the work under way ends.
  await clock.advance(60_000)
  await simulation.judge(isPlanted ? Object.keys(BAD_RECORDS) : [])
  return simulation
}

class Simulation implements SimulatedLedger {
  readonly checker: LedgerChecker = new LedgerChecker()
  readonly #shared: ObjectStore
  readonly #clock: ManualClock
  readonly #random: Random
  readonly #protocol: LedgerProtocol | undefined
  readonly #writers: Writer[] = []
  readonly #leastDepth: number
  /** Entries moved out of their page. */
  readonly #moved = new Set<string>()
  isOver = false
  splits = 0
  #started = 0

  constructor(shared: ObjectStore, clock: ManualClock, random: Random, protocol: LedgerProtocol | undefined) {
    this.#shared = shared
    this.#clock = clock
    this.#random = random
    this.#protocol = protocol
    this.#leastDepth = Math.floor(random.float() * 2)
  }

  start(): void {
    const process = new SimulatedProcess(this.#clock)
    const network = createFaultyStore(this.#shared, { clock: this.#clock, random: this.#random, ...TROUBLED })
    const ledger = this.#open(process.gate(network.store), process.clock)
    ledger.on('split', () => this.splits++)
    const writer = { process, network, ledger }
    this.#writers.push(writer)
    for (let lane = 0; lane < 3; lane++) void this.#work(writer)
    void this.#moveEntries(writer)
    void this.#readAll(writer)
  }

  async makeTrouble(): Promise<void> {
    while (!this.isOver) {
      await this.#clock.sleep(this.#random.float() * 1000)
      const victim = this.#pick(this.#writers)
      const what = this.#random.float()
      if (what < 0.3) victim?.process.pause(this.#random.float() ** 2 * 5000)
      else if (what < 0.5) {
        victim?.network.partition(this.#random.float() < 0.5 ? 'requests' : 'responses')
        await this.#clock.sleep(this.#random.float() * 1000)
        victim?.network.heal()
      } else if (what < 0.75) {
        victim?.process.crashWithinPuts(Math.ceil(this.#random.float() * 12) / 2)
        this.start()
      } else void victim?.ledger.drain()
    }
    for (const { network } of this.#writers) {
      network.heal()
      network.setFaults(QUIET)
    }
  }

  /** @param planted - the keys of bad records that were there from the beginning */
  async judge(planted: readonly string[]): Promise<void> {
    const { checker } = this
    const ledger = this.#open(this.#shared, this.#clock)
    const records = new Map<string, readonly string[]>()
    const entries = new Set(this.#moved)
    const unreadable: string[] = []
    for await (const page of ledger.pages()) {
      for (const entry of page.entries()) entries.add(entry.id)
      for (const [key, read] of page.records()) {
        if (read.outcome === 'unreadable') unreadable.push(key)
        if (read.outcome !== 'read') continue
        if (records.has(key)) checker.violations.push(`${key} is in two pages`)
        records.set(key, read.record.ids)
      }
    }
    checker.judge(records, entries)
    if (unreadable.length !== planted.length) {
      checker.violations.push(`the bad records that are left: ${unreadable.join(', ')}`)
    }
    const bad = await stillBad(this.#shared)
    for (const key of planted) {
      if (bad.get(key) !== BAD_RECORDS[key]) checker.violations.push(`the bad record ${key} became ${bad.get(key)}`)
    }
  }

  #open(store: ObjectStore, clock: ManualClock | SimulatedProcess['clock']): Ledger<List> {
    const options = {
      codec,
      namespace: 'jobs/',
      writer: `w${++this.#started}`,
      maxRecords: 4,
      leastDepth: this.#leastDepth,
      clock,
      random: this.#random,
    }
    return createLedger(store, options, this.#protocol === undefined ? {} : { protocol: this.#protocol })
  }

  async #work({ ledger, process }: Writer): Promise<void> {
    // Many new records at once: a new ledger begins with a split.
    await Promise.all(Array.from({ length: 8 }, () => this.#change(ledger, this.#key())))
    while (!this.isOver && !process.isCrashed) {
      const key = this.#key()
      if (this.#random.float() < 0.2) await this.#read(ledger, key)
      else {
        const several = Array.from({ length: Math.ceil(this.#random.float() * 3) }, () => this.#change(ledger, key))
        await Promise.all(several)
      }
      await process.clock.sleep(this.#random.float() ** 2 * 400)
    }
  }

  async #read(ledger: Ledger<List>, key: string): Promise<void> {
    const operation = this.checker.call('r', key)
    try {
      const read = await ledger.get(key, { isFresh: true })
      if (read.outcome === 'unreadable') this.checker.answer(operation, 'unreadable')
      else this.checker.answer(operation, 'read', read.outcome === 'read' ? read.record.ids : [])
    } catch {
      this.checker.answer(operation, 'withdrawn') // a read may fail
    }
  }

  async #change(ledger: Ledger<List>, key: string): Promise<void> {
    const { checker } = this
    const operation: Operation = checker.call('c', key)
    const withdrawn = new AbortController()
    if (this.#random.float() < 0.1) {
      void this.#clock.sleep(this.#random.float() * 200).then(() => withdrawn.abort('withdrawn'))
    }
    const refuses = this.#random.float() < 0.15
    const decide = (record: List | undefined): Decision<List, readonly string[], readonly string[]> => {
      const ids = record?.ids ?? []
      if (refuses) return { do: 'refuse', reason: ids }
      const entries = [{ id: operation.id, text: JSON.stringify({ key }) }]
      return { do: 'write', record: { ids: [...ids, operation.id] }, entries, result: ids }
    }
    const withinMs = this.#random.float() < 0.3 ? this.#random.float() * 500 : 0
    try {
      const answer = await ledger.change(key, decide, { withinMs, signal: withdrawn.signal })
      if (answer.outcome === 'written') checker.answer(operation, 'written', answer.result)
      else if (answer.outcome === 'refused') checker.answer(operation, 'refused', answer.reason)
      else checker.answer(operation, answer.outcome)
    } catch (error) {
      if (error !== 'withdrawn') checker.violations.push(`${operation.id} failed: ${String(error)}`)
      checker.answer(operation, 'withdrawn')
    }
  }

  /** Reads all pages, like a process at the start. */
  async #readAll({ ledger, process }: Writer): Promise<void> {
    while (!this.isOver && !process.isCrashed) {
      try {
        for await (const page of ledger.pages()) for (const key of page.keys()) page.read(key)
      } catch {
        // The store failed.
      }
      await process.clock.sleep(this.#random.float() * 4000)
    }
  }

  /**
   * Moves entries of a page away, like the flush of a segment: the entries are first written elsewhere, then dropped.
   */
  async #moveEntries({ ledger, process }: Writer): Promise<void> {
    while (!this.isOver && !process.isCrashed) {
      await process.clock.sleep(this.#random.float() * 2000)
      const page = ledger.knownPage(ledger.pageOf(this.#key()))
      if (page === undefined) continue
      const ids = [...page.entries()].map(({ id }) => id)
      for (const id of ids) this.#moved.add(id)
      await ledger.dropEntries(page.name, ids)
    }
  }

  #key(): string {
    return `k${Math.floor(this.#random.float() ** 2 * KEYS)}`
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random.float() * items.length)]
  }
}
