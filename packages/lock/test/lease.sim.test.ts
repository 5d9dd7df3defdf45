import { casesOf } from '@s3sched-tooling/vitest/share-of'
import type { Random } from '@s3sched/kernel'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { createFaultyStore, createMemoryStore } from '@s3sched/store/testing'
import { describe, expect, it } from 'vitest'
import { createLeaseContender, type HeldLease, type LeaseContender, type LeaseContenderDeps } from '../src/index.ts'
import { step } from '../src/lease-protocol.ts'
import { LeaseChecker } from './simulation/checker.ts'
import { SimulatedNode } from './simulation/node.ts'
import { makeTrouble, QUIET, TROUBLED, type Victim } from './simulation/troubles.ts'
import { World } from './simulation/world.ts'

type Protocol = NonNullable<LeaseContenderDeps['protocol']>

const SEEDS = casesOf(25)
const TTL_MS = 10_000
const TROUBLE_MS = 30 * TTL_MS

interface Process extends Victim {
  readonly name: string
  readonly contender: LeaseContender
  lease: HeldLease | undefined
}

/** Contenders that claim the lease, keep it for a while and release it, or die, under all kinds of faults. */
async function simulate(seed: number, protocol: Protocol = step): Promise<LeaseChecker & { takenAfterwards: number }> {
  const world = new World()
  const random = createSeededRandom(seed)
  const shared = createMemoryStore({ clock: world.clock })
  const checker = new LeaseChecker()
  const processes = new Map<string, Process>()
  let started = 0

  const start = (): void => {
    const name = `p${++started}`
    // Two clocks may differ in rate by up to half of the quicker clock's rate: the margin of a third is for this
    // difference.
    const node = new SimulatedNode(world, { rate: 0.85 + random.float() * 0.3, skewMs: (random.float() - 0.5) * 1e7 })
    const network = createFaultyStore(shared, { clock: world.clock, random, ...TROUBLED })
    const deps = { store: node.gate(network.store), clock: node.clock, random, protocol }
    const contender = createLeaseContender(deps, { key: 'lease.json', holder: name, ttlMs: TTL_MS })
    const process: Process = { name, node, network, contender, lease: undefined }
    processes.set(name, process)
    void contend(process, random, (fence) => checker.took(world.now, name, fence))
  }
  const crash = (victim: Victim): void => {
    victim.node.crash()
    for (const process of processes.values()) if (process.node === victim.node) processes.delete(process.name)
    void world.clock.sleep(random.float() * TTL_MS).then(start)
  }
  const check = (): void => {
    const trusted = [...processes.values()].filter(({ lease }) => lease?.isTrusted() === true)
    checker.instant(
      world.now,
      trusted.map(({ name }) => name),
    )
  }

  for (let index = 0; index < 4; index++) start()
  void makeTrouble(world, random, {
    until: TROUBLE_MS,
    ttlMs: TTL_MS,
    victims: () => [...processes.values()],
    crash,
  })
  await world.run(TROUBLE_MS + 4 * TTL_MS, check)
  for (const { network } of processes.values()) network.setFaults(QUIET)
  const taken = checker.taken
  await world.run(TROUBLE_MS + 20 * TTL_MS, check)
  return Object.assign(checker, { takenAfterwards: checker.taken - taken })
}

async function contend(process: Process, random: Random, took: (fence: number) => void): Promise<never> {
  const { clock } = process.node
  for (;;) {
    try {
      const claimed = await process.contender.claim()
      if (claimed.outcome === 'acquired') {
        const { lease } = claimed
        // The process may have been paused between the claim and this line, and then holds nothing.
        if (lease.isTrusted()) {
          process.lease = lease
          took(lease.fence)
          await Promise.race([clock.sleep(random.float() * 2 * TTL_MS), lease.ended])
        }
        await lease.release()
        process.lease = undefined
      }
    } catch (error) {
      if (!(error instanceof Error) || !('retriable' in error) || error.retriable !== true) throw error
    }
    await clock.sleep(100 + random.float() * 2000)
  }
}

describe('the lease, in simulated trouble', () => {
  it(`has one holder at any instant and growing fences, and goes on afterwards (${SEEDS} seeds)`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { violations, taken, takenAfterwards } = await simulate(seed)
      expect({ seed, violations }).toEqual({ seed, violations: [] })
      expect(taken, `seed ${seed}: taken`).toBeGreaterThan(10)
      expect(takenAfterwards, `seed ${seed}: taken after the trouble`).toBeGreaterThan(3)
    }
  })
})

describe('the checker', () => {
  const findsFault = async (protocol: Protocol): Promise<boolean> => {
    for (let seed = 1; seed <= 20; seed++) if ((await simulate(seed, protocol)).violations.length > 0) return true
    return false
  }

  it('catches a protocol that counts trust from the answer', async () => {
    const fromTheAnswer: Protocol = (state, input, now) => {
      const next = step(state, input, now)
      const { trust } = next.state
      if (input.kind !== 'wrote' || trust === undefined) return next
      return { ...next, state: { ...next.state, trust: { ...trust, from: now } } }
    }
    expect(await findsFault(fromTheAnswer)).toBe(true)
  })

  it('catches a protocol that steals without waiting', async () => {
    const impatient: Protocol = (state, input, now) => {
      const { sight } = state
      if (sight.kind !== 'record') return step(state, input, now)
      const since = { monotonic: -Infinity, wall: -Infinity }
      return step({ ...state, sight: { ...sight, since } }, input, now)
    }
    expect(await findsFault(impatient)).toBe(true)
  })

  it('catches a protocol that forgets that a monotonic clock stands still while its machine sleeps', async () => {
    const farAhead = 1e15 // trust from the far future of the wall clock is measured by the monotonic clock alone
    const sleepy: Protocol = (state, input, now) => step(state, input, { ...now, wall: farAhead })
    expect(await findsFault(sleepy)).toBe(true)
  })
})
