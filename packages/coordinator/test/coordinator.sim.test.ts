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

const SEEDS = Number(process.env['S3SCHED_SEEDS'] ?? 20)
const HEARTBEAT_MS = 3000
const TTL_MS = 3 * HEARTBEAT_MS
const TROUBLE_MS = 40 * TTL_MS
/** A lease is dead a ttl after it was seen last, and seen again at each heartbeat; clocks may be slow, and starts are cold. */
const CALM_MS = 5 * TTL_MS

interface Process extends Victim {
  readonly name: string
  readonly coordinator: Coordinator
}

/** Instances that lead, hand over, die and are started again, through all sorts of trouble. */
class Fleet {
  readonly world = new World()
  readonly checker = new LeaseChecker()
  readonly processes = new Map<string, Process>()
  readonly #random: Random
  readonly #shared: ObjectStore
  #started = 0
  #faults = TROUBLED

  constructor(seed: number, disguise: (store: ObjectStore) => ObjectStore = (store) => store) {
    this.#random = createSeededRandom(seed)
    this.#shared = disguise(createMemoryStore({ clock: this.world.clock }))
  }

  /** Every fourth one is started with the worker id of an earlier one, which may still run. */
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
      workerId: number % 4 === 0 ? `p${number - 3}` : name,
      heartbeatInterval: HEARTBEAT_MS,
      coldStartObservationWindow: 2000,
      clock: node.clock,
      random,
      payload: () => ({ by: name }),
    })
    coordinator.on('promoted', ({ epoch }) => this.checker.took(this.world.now, name, epoch))
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

  leaders(): Process[] {
    return [...this.processes.values()].filter(({ coordinator }) => coordinator.isLeader())
  }

  check(): void {
    this.checker.instant(
      this.world.now,
      this.leaders().map(({ name }) => name),
    )
  }

  /** Some are stopped cleanly, and replaced: a rolling deployment. */
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
    await world.run(TROUBLE_MS + 3 * TTL_MS + CALM_MS, check)
  }
}

describe('a fleet, in simulated trouble', () => {
  it(`has one leader at any instant and growing epochs, and one afterwards (${SEEDS} seeds)`, async () => {
    let terms = 0
    for (let seed = 1; seed <= SEEDS; seed++) {
      const fleet = new Fleet(seed)
      await fleet.live()
      expect({ seed, violations: fleet.checker.violations }).toEqual({ seed, violations: [] })
      const [leader] = fleet.leaders()
      expect(leader, `seed ${seed}: a leader after the trouble`).toBeDefined()
      for (const { name, coordinator } of fleet.processes.values()) {
        const known = `seed ${seed}: whom ${name} knows to lead`
        expect(coordinator.leader(), known).toEqual(leader?.coordinator.leader())
      }
      terms += fleet.checker.taken
    }
    expect(terms / SEEDS, 'leaderships per seed').toBeGreaterThan(5)
  })
})

describe('the checker', () => {
  it('catches a store that ignores the conditions of writes', async () => {
    const careless = (store: ObjectStore): ObjectStore => ({
      ...store,
      put: (key, body, { signal, timeoutMs } = {}) => store.put(key, body, { signal, timeoutMs }),
    })
    const fleet = new Fleet(1, careless)
    await fleet.live()
    expect(fleet.checker.violations).not.toEqual([])
  })
})
