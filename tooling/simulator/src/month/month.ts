/**
 * A fleet that lives for any number of days, in search of growth without bound. Each day brings a crash, a standstill, a
 * clean restart, a cut network, changes by operators and runs by hand.
 */
import { createSeededRandom } from '@s3sched/kernel/testing'
import { audit, type AuditedJob } from '@s3sched/plugin'
import { createMemoryStore, listAll, type ObjectStore } from '@s3sched/store'
import { parsePage } from '../page-lines.ts'
import { World } from '../world.ts'
import { DAY, HOUR, Instance, MINUTE, RETENTION } from './instance.ts'
import { countAlive, type Alive } from './alive.ts'

export interface DaySample {
  readonly day: number
  /** Objects in the bucket by the first part of their key. */
  readonly objects: Readonly<Record<string, number>>
  /** Bytes of the largest page of job records, with the outcomes in it. */
  readonly largestPage: number
  /** Outcomes that wait in the pages for a flush. */
  readonly waitingOutcomes: number
  /** Waiting timers of all processes together. */
  readonly timers: number
  /** Reachable objects in this JavaScript heap, the bucket included; on some days only, because the count is slow. */
  readonly alive: Alive | undefined
}

export interface Month {
  readonly samples: readonly DaySample[]
  readonly audited: readonly AuditedJob[]
  /** Number of promotions to leader. */
  readonly terms: number
}

const SIZE = 3

/** The objects are counted once in this many days. */
export const COUNTED_DAYS = 4

export async function liveFor(days: number, onDay: (sample: DaySample) => void = () => {}): Promise<Month> {
  const world = new World(undefined, 1)
  const store = createMemoryStore({ clock: world.clock })
  const fleet = new Fleet(world, store)
  for (let slot = 0; slot < SIZE; slot++) await fleet.start(slot)
  const samples: DaySample[] = []
  for (let day = 1; day <= days; day++) {
    await fleet.day(day)
    const sample = {
      day,
      ...(await sizesOf(store)),
      timers: world.waiting,
      alive: day % COUNTED_DAYS === 0 ? countAlive() : undefined,
    }
    samples.push(sample)
    onDay(sample)
  }
  return {
    samples,
    audited: await audit(store, { prefix: '', since: world.clock.now() - RETENTION }),
    terms: fleet.terms,
  }
}

class Fleet {
  terms = 0
  readonly #world: World
  readonly #store: ObjectStore
  readonly #slots: Instance[] = []
  readonly #random = createSeededRandom(1)
  #started = 0

  constructor(world: World, store: ObjectStore) {
    this.#world = world
    this.#store = store
  }

  /** Starts a process with a new worker id, as in a replaced container. */
  async start(slot: number): Promise<void> {
    const random = createSeededRandom(++this.#started)
    const instance = new Instance(`w${this.#started}`, { world: this.#world, store: this.#store, random })
    instance.scheduler.on('plg:scheduler:coordinator-promoted', () => void this.terms++)
    this.#slots[slot] = instance
    await this.#during(instance.scheduler.start())
  }

  async day(day: number): Promise<void> {
    await this.#pass(2 * HOUR)
    this.#leader().node.pause(10 * MINUTE)
    await this.#pass(2 * HOUR)
    const crashed = this.#slots.indexOf(this.#leader())
    this.#slots[crashed]?.crash()
    await this.#pass(5 * MINUTE)
    await this.start(crashed)
    await this.#pass(2 * HOUR)
    const stopped = this.#slots.indexOf(this.#leader())
    await this.#stop(stopped)
    await this.start(stopped)
    await this.#pass(2 * HOUR)
    await this.#operate(day)
    await this.#pass(2 * HOUR)
    const cut = this.#leader()
    cut.isCutOff = true
    await this.#pass(20 * MINUTE)
    cut.isCutOff = false
    await this.#pass(this.#world.startAt + day * DAY - this.#world.clock.now())
  }

  /** The operations of a day, each on a random instance. */
  async #operate(day: number): Promise<void> {
    const scheduler = (): Instance['scheduler'] => {
      const index = Math.floor(this.#random.float() * this.#slots.length)
      return (this.#slots[index] as Instance).scheduler
    }
    await this.#during(scheduler().disableJob('often'))
    await this.#pass(30 * MINUTE)
    await this.#during(scheduler().enableJob('often'))
    await this.#during(scheduler().updateJob('hourly', { schedule: `${day % 50} * * * *` }))
    await this.#during(scheduler().runJob('asked'))
    await this.#during(scheduler().requestRun('asked'))
    const other = scheduler()
    await this.#during(other.addJob('passing', { schedule: '*/5 * * * *', action: () => 'done' }))
    await this.#pass(HOUR)
    await this.#during(other.removeJob('passing'))
  }

  #leader(): Instance {
    const leader = this.#slots.find(({ isGone, node, scheduler }) => !isGone && node.isRunning && scheduler.isLeader())
    if (leader === undefined) throw new Error(`nobody leads at ${this.#world.now} ms`)
    return leader
  }

  async #stop(slot: number): Promise<void> {
    const instance = this.#slots[slot] as Instance
    await this.#during(instance.scheduler.stop({ timeout: 10 * MINUTE }))
    instance.crash()
  }

  #pass(ms: number): Promise<void> {
    return this.#world.run(this.#world.now + ms, () => {})
  }

  async #during(work: Promise<unknown>): Promise<void> {
    const state = { isOver: false }
    const end = (): void => void (state.isOver = true)
    work.then(end, end)
    for (let waited = 0; !state.isOver; waited++) {
      if (waited > 3600) throw new Error('nothing happened in an hour')
      await this.#pass(1000)
    }
    await work
  }
}

async function sizesOf(store: ObjectStore): Promise<Pick<DaySample, 'objects' | 'largestPage' | 'waitingOutcomes'>> {
  const objects: Record<string, number> = {}
  let largestPage = 0
  let waitingOutcomes = 0
  for (const { key, size } of await listAll(store, '')) {
    const first = key.split('/')[0] ?? ''
    objects[first] = (objects[first] ?? 0) + 1
    if (first !== 'jobs') continue
    largestPage = Math.max(largestPage, size)
    waitingOutcomes += await outcomesIn(store, key)
  }
  return { objects, largestPage, waitingOutcomes }
}

async function outcomesIn(store: ObjectStore, key: string): Promise<number> {
  const found = await store.get(key)
  if (found.outcome !== 'found') return 0
  return parsePage(new TextDecoder().decode(found.body), undefined)?.entries.size ?? 0
}
