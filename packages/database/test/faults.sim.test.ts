import { casesOf } from '@s3sched-tooling/vitest/share-of'
import { expect, it } from 'vitest'
import { Database, DatabaseError, type Resource } from '@s3sched/database'
import { S3SchedError } from '@s3sched/kernel'
import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import { createFaultyStore, createMemoryStore } from '@s3sched/store/testing'

/** Number of seeds; a seed is one sequence of faults. */
const SEEDS = casesOf(25)

const CLIENTS = 3
const CHANGES = 10
const COLORS = ['red', 'green', 'blue']

const FAULTS = {
  unavailable: 0.03,
  throttled: 0.02,
  lostRequest: 0.04,
  lostResponse: 0.06,
  lateWrite: 0.04,
  retriedWrite: 0.05,
  truncatedBody: 0.02,
  maxLatencyMs: 50,
}

interface Tally {
  landed: number
  unsure: number
}

/** Increments a counter document and changes its colour, and records the known outcome of every attempt. */
async function work(resource: Resource, clock: ManualClock, client: number, tally: Tally): Promise<void> {
  for (let change = 0; change < CHANGES; change++) {
    const color = COLORS[(client + change) % COLORS.length]
    try {
      await resource.update('counter', ({ n }) => ({ n: Number(n) + 1, color }))
      tally.landed++
    } catch (error) {
      if (codeOf(error) === 'UNKNOWN_OUTCOME') tally.unsure++
      // Any other error must be known not to have written: a body that was cut short, or a failure of the store.
      else if (codeOf(error) !== 'UNREADABLE' && !(error instanceof S3SchedError && error.retriable)) throw error
    }
    await clock.sleep(20)
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined
}

async function drive<T>(clock: ManualClock, story: Promise<T>): Promise<T> {
  const state = { running: true }
  const ended = story.finally(() => {
    state.running = false
  })
  while (state.running) await clock.advance(25)
  return ended
}

it.each(Array.from({ length: SEEDS }, (_, seed) => seed + 1))(
  'counts exactly what it was told, and finds every document in its partition (seed %i)',
  async (seed) => {
    const clock = createManualClock()
    const inner = createMemoryStore({ clock })
    const calm = new Database({ store: inner, clock, random: createSeededRandom(1000 + seed) })
    await calm.connect()
    const things = await calm.createResource({
      name: 'things',
      attributes: { n: 'number', color: 'string' },
      partitions: ['color'],
    })
    await things.insert({ id: 'counter', n: 0, color: 'red' })

    const tally: Tally = { landed: 0, unsure: 0 }
    const faulty: Array<ReturnType<typeof createFaultyStore>> = []
    const clients = Array.from({ length: CLIENTS }, async (_, client) => {
      const random = createSeededRandom(seed * 100 + client)
      const way = createFaultyStore(inner, { clock, random, client: `client ${client}` })
      const database = new Database({ store: way.store, clock, random })
      await database.connect()
      way.setFaults(FAULTS)
      faulty.push(way)
      await work(database.resource('things'), clock, client, tally)
    })
    await drive(clock, Promise.all(clients))
    // Late writes land now.
    await clock.advance(60_000)

    const counter = await things.get('counter')
    expect(counter['n']).toBeGreaterThanOrEqual(tally.landed)
    expect(counter['n']).toBeLessThanOrEqual(tally.landed + tally.unsure)
    const part = (color: unknown): Promise<string[]> =>
      things.listIds({ partition: 'byColor', partitionValues: { color } })
    for (const color of COLORS) expect(await part(color)).toEqual(color === counter['color'] ? ['counter'] : [])

    // Writers that died half way leave superfluous entries; an hour later reindex() deletes these entries, and only
    // these.
    await clock.advance(2 * 60 * 60 * 1000)
    await things.reindex()
    expect(await part(counter['color'])).toEqual(['counter'])
    expect(await things.reindex()).toEqual({ indexed: 0, removed: 0 })
    expect(faulty).toHaveLength(CLIENTS)
  },
)
