import { casesOf } from '@s3sched-tooling/vitest/share-of'
import { expect, it } from 'vitest'
import type { FileSystem } from '../src/file/file-system.ts'
import type { ObjectStore } from '../src/index.ts'
import { isLinearizable } from './linearizable.ts'
import { registerHistory, textOf } from './register-history.ts'
import { SimulatedProcesses } from './simulated-processes.ts'

const SEEDS = casesOf(100)
/** The seeds that may be needed to notice a wrong disk. */
const HUNTED = 100

async function isOneStory(seed: number, options: Parameters<typeof registerHistory>[1] = {}): Promise<boolean> {
  const { calls, errors } = await registerHistory(seed, options)
  return errors.length === 0 && isLinearizable(calls)
}

it(`keeps to one story in ${SEEDS} interleavings`, async () => {
  for (let seed = 0; seed < SEEDS; seed++) {
    expect(await isOneStory(seed), `seed ${seed}`).toBe(true)
  }
})

it(`finds what was acknowledged after ${SEEDS} losses of power in the midst of creates, updates and deletes`, async () => {
  for (let seed = 0; seed < SEEDS; seed++) {
    expect(await isOneStory(seed, { powerFails: true }), `seed ${seed}`).toBe(true)
  }
})

it('notices a disk on which two can win', async () => {
  const forgiving = (fs: FileSystem): FileSystem => ({
    ...fs,
    async rename(from, to) {
      try {
        await fs.rename(from, to)
      } catch (error) {
        // Pretends a successful rename of the marker, as a protocol would that checks first and acts later.
        if (!from.includes('/v.')) throw error
        await (await fs.open(to, 'wx')).close()
      }
    },
  })
  let stories = true
  for (let seed = 0; seed < HUNTED && stories; seed++) stories = await isOneStory(seed, { damage: forgiving })
  expect(stories).toBe(false)
})

interface Ledger {
  /** The acknowledged state: the highest count of the counter, and the created and deleted objects. */
  counted: number
  readonly created: Set<string>
  readonly deleted: Set<string>
}

/**
 * Writers count and create and delete until the power fails; then a new process compares the remains with the ledger.
 */
async function lossesOfPower(seed: number, damage?: (fs: FileSystem) => FileSystem): Promise<string[]> {
  const world = new SimulatedProcesses(seed, damage)
  const { random } = world
  const ledger: Ledger = { counted: 0, created: new Set(), deleted: new Set() }
  const problems: string[] = []
  for (let round = 0; round < 3; round++) {
    for (let writer = 0; writer < 3; writer++) {
      const { store } = world.start()
      write(store, `${round}.${writer}`, ledger).catch((error: unknown) => problems.push(String(error)))
    }
    const failsAt = world.now + random.float() * 600
    await world.run(() => (world.now >= failsAt ? 'stop' : 'go on'))
    world.losePower()
    const checked = check(world.start().store, ledger)
    await world.run()
    problems.push(...(await checked))
  }
  return problems
}

async function write(store: ObjectStore, name: string, ledger: Ledger): Promise<void> {
  for (let count = 0; count < 6; count++) {
    const got = await store.get('counter')
    const next = Number(textOf(got) ?? 0) + 1
    const condition = got.outcome === 'found' ? { ifMatch: got.etag } : ({ ifAbsent: true } as const)
    const put = await store.put('counter', Buffer.from(`${next}`), { condition })
    if (put.outcome === 'written') ledger.counted = Math.max(ledger.counted, next)
    const key = `runs/${name}.${count}`
    await store.put(key, Buffer.from(key), { condition: { ifAbsent: true } })
    ledger.created.add(key)
    if (count % 2 === 0) continue
    ledger.created.delete(key)
    await store.delete(key)
    ledger.deleted.add(key)
  }
}

async function check(store: ObjectStore, { counted, created, deleted }: Ledger): Promise<string[]> {
  try {
    const problems: string[] = []
    const found = Number(textOf(await store.get('counter')) ?? 0)
    if (found < counted) problems.push(`the counter was acknowledged at ${counted} and is at ${found}`)
    for (const key of created) if (textOf(await store.get(key)) !== key) problems.push(`${key} is lost`)
    for (const key of deleted) if (textOf(await store.get(key)) !== undefined) problems.push(`${key} is back`)
    return problems
  } catch (error) {
    return [String(error)]
  }
}

it(`loses nothing that was acknowledged in ${SEEDS} losses of power`, async () => {
  for (let seed = 0; seed < SEEDS; seed++) expect(await lossesOfPower(seed), `seed ${seed}`).toEqual([])
})

for (const what of ['folder', 'file'] as const) {
  it(`notices a disk that does not keep its word about a synced ${what}`, async () => {
    const forgetful = (fs: FileSystem): FileSystem => ({
      ...fs,
      async open(path, flags) {
        const file = await fs.open(path, flags)
        return (flags === 'wx') === (what === 'file') ? { ...file, sync: async () => undefined } : file
      },
    })
    const problems: string[] = []
    for (let seed = 0; seed < HUNTED && problems.length === 0; seed++) {
      problems.push(...(await lossesOfPower(seed, forgetful)))
    }
    expect(problems.length > 0).toBe(true)
  })
}
