import { casesOf } from '@s3sched-tooling/vitest/share-of'
import type { Random } from '@s3sched/kernel'
import { createSeededRandom } from '@s3sched/kernel/testing'
import type { ObjectStore } from '@s3sched/store'
import { createFaultyStore, createMemoryStore } from '@s3sched/store/testing'
import { describe, expect, it } from 'vitest'
import { LeaseChecker } from '../../lock/test/simulation/checker.ts'
import { SimulatedNode } from '../../lock/test/simulation/node.ts'
import { makeTrouble, QUIET, TROUBLED, type Victim } from '../../lock/test/simulation/troubles.ts'
import { World } from '../../lock/test/simulation/world.ts'
import { createCoordinator, type Coordinator } from '../src/index.ts'

const SEEDS = casesOf(20)
const HEARTBEAT_MS = 3000
const TTL_MS = 3 * HEARTBEAT_MS
const TROUBLE_MS = 40 * TTL_MS
/**
 * A lease is dead a ttl after the last look, and is looked at every heartbeat; clocks may be slow, and starts are cold.
 */
const CALM_MS = 5 * TTL_MS

interface Process extends Victim {
  readonly name: string
  readonly coordinator: Coordinator
}

/** Instances that lead, hand over, die and are started again, under all kinds of faults. */
class Fleet {
  readonly world = new World()
  /** One checker per shard. */
  readonly checkers: readonly LeaseChecker[]
  readonly processes = new Map<string, Process>()
  readonly #random: Random
  readonly #shared: ObjectStore
  #started = 0
  #faults = TROUBLED

  constructor(seed: number, shards: number, disguise: (store: ObjectStore) => ObjectStore = (store) => store) {
    this.#random = createSeededRandom(seed)
    this.checkers = Array.from({ length: shards }, () => new LeaseChecker())
    this.#shared = disguise(createMemoryStore({ clock: this.world.clock }))
  }

  /** Every fourth instance starts with the worker id of an earlier instance, which may still run. */
  start(): void {
    const random = this.#random
    const number = ++this.#started
    const name = `p${number}`
    const node = new SimulatedNode(this.world, {
      rate: 0.85 + random.float() * 0.3,
      skewMs: (random.float() - 0.5) * 1e7,
    })
    const network = createFaultyStore(this.#shared, { clock: this.world.clock, random, ...this.#faults })
    const coordinator = createCoordinator(node.gate(network.store), {
      shards: this.checkers.length,
      workerId: number % 4 === 0 ? `p${number - 3}` : name,
      heartbeatInterval: HEARTBEAT_MS,
      coldStartObservationWindow: 2000,
      clock: node.clock,
      random,
      payload: () => ({ by: name }),
    })
    coordinator.on('promoted', ({ epoch, shard }) => this.checkers[shard]?.took(this.world.now, name, epoch))
    this.processes.set(name, { name, node, network, coordinator })
    void coordinator.start()
    if (random.float() < 0.5) void this.#retire(coordinator, node, name)
  }

  crash(victim: Victim): void {
    victim.node.crash()
    for (const { node, name } of this.processes.values()) if (node === victim.node) this.processes.delete(name)
    void this.world.clock.sleep(this.#random.float() * TTL_MS).then(() => this.start())
  }

  calm(): void {
    this.#faults = QUIET
    for (const { network } of this.processes.values()) {
      network.setFaults(QUIET)
      network.heal()
    }
  }

  leaders(shard: number): Process[] {
    return [...this.processes.values()].filter(({ coordinator }) => coordinator.shards[shard]?.isLeader())
  }

  violations(): unknown[] {
    return this.checkers.flatMap((checker) => checker.violations)
  }

  check(): void {
    this.checkers.forEach((checker, shard) => {
      checker.instant(
        this.world.now,
        this.leaders(shard).map(({ name }) => name),
      )
    })
  }

  /** A rolling deployment: a clean stop, and a replacement. */
  async #retire(coordinator: Coordinator, node: SimulatedNode, name: string): Promise<void> {
    await node.clock.sleep(this.#random.float() * TROUBLE_MS)
    await coordinator.stop()
    this.processes.delete(name)
    this.start()
  }

  async live(): Promise<void> {
    const { world } = this
    const check = (): void => this.check()
    for (let index = 0; index < 4; index++) this.start()
    void makeTrouble(world, this.#random, {
      until: TROUBLE_MS,
      ttlMs: TTL_MS,
      victims: () => [...this.processes.values()],
      crash: (victim) => this.crash(victim),
    })
    await world.run(TROUBLE_MS + 3 * TTL_MS, check)
    this.calm()
    const calmAt = TROUBLE_MS + 3 * TTL_MS + CALM_MS
    await world.run(calmAt, check)
    // A shard has no leader at the moment of its hand-over, and the heartbeat of a slow clock takes longer.
    const isLed = (): boolean => this.checkers.every((_, shard) => this.leaders(shard).length > 0)
    for (let beat = 1; beat <= 3 && !isLed(); beat++) await world.run(calmAt + beat * HEARTBEAT_MS, check)
  }
}

describe.each([1, 3])('a fleet of %i shards, in simulated trouble', (shards) => {
  it(`has one leader of each at any instant and growing epochs, and one afterwards (${SEEDS} seeds)`, async () => {
    let limits = 0
    for (let seed = 1; seed <= SEEDS; seed++) {
      const fleet = new Fleet(seed, shards)
      await fleet.live()
      expect({ seed, violations: fleet.violations() }).toEqual({ seed, violations: [] })
      for (const [shard, { taken }] of fleet.checkers.entries()) {
        const [leader] = fleet.leaders(shard)
        expect(leader, `seed ${seed}: a leader of ${shard} after the trouble`).toBeDefined()
        // With several shards, instances further back in the line look less often.
        for (const { name, coordinator } of shards === 1 ? fleet.processes.values() : []) {
          const known = `seed ${seed}: whom ${name} knows to lead`
          expect(coordinator.shards[shard]?.leader(), known).toEqual(leader?.coordinator.shards[shard]?.leader())
        }
        limits += taken
      }
    }
    expect(limits / SEEDS / shards, 'leaderships per seed').toBeGreaterThan(5)
  })
})

describe('the checker', () => {
  it('catches a store that ignores the conditions of writes', async () => {
    const careless = (store: ObjectStore): ObjectStore => ({
      ...store,
      put: (key, body, { signal, timeoutMs } = {}) => store.put(key, body, { signal, timeoutMs }),
    })
    const fleet = new Fleet(1, 1, careless)
    await fleet.live()
    expect(fleet.violations()).not.toEqual([])
  })
})
