import { mkdtemp, mkdir, open, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFileStore, listAll, type ObjectStore } from '@s3sched/store'
import type { Measurement } from '../measurement.ts'
import { median } from '../statistics.ts'

const ROUNDS = 200
const AT_ONCE = 16

/** Calls of the file driver per second, beside the steps on the disk that no driver could leave out. */
export async function measureFolder(count: number): Promise<readonly Measurement[]> {
  const directory = await mkdtemp(join(tmpdir(), 's3sched-bench-'))
  const store = createFileStore(join(directory, 'store'))
  try {
    return await measure(store, join(directory, 'bare'), count)
  } finally {
    await store.close()
    await rm(directory, { recursive: true })
  }
}

async function measure(store: ObjectStore, bare: string, count: number): Promise<readonly Measurement[]> {
  await mkdir(bare)
  let etag = await etagOf(store.put('counter', bodyOf(-1)))
  const swaps = await besides(
    async (round) => {
      etag = await etagOf(store.put('counter', bodyOf(round), { condition: { ifMatch: etag } }))
    },
    (round) => bareWrite(bare, round),
  )
  const reads = await timed(() => store.get('counter'))
  const unchanged = await timed(() => store.get('counter', { ifNoneMatch: etag }))
  const filled = await fill(store, count)
  const from = `runs/job/${keyOf(count >> 1)}`
  const newest = await timed(() => listAll(store, 'runs/job/', { limit: 50 }), 20)
  const middle = await timed(() => listAll(store, 'runs/job/', { startAfter: from, limit: 50 }), 20)
  const page = await timed(() => listAll(store, 'runs/job/', { limit: 1000 }), 10)
  return [
    { name: 'folder: compare-and-swap, one after the other', value: 1000 / swaps.ours, unit: 'per s' },
    { name: 'folder: write, sync, rename, sync without the driver', value: 1000 / swaps.bare, unit: 'per s' },
    { name: 'folder: compare-and-swap beside that', value: swaps.ours / swaps.bare, unit: 'times', atMost: 3 },
    { name: `folder: new objects, ${AT_ONCE} at once`, value: filled, unit: 'per s' },
    { name: 'folder: get', value: 1000 / reads, unit: 'per s' },
    { name: 'folder: get, unchanged', value: 1000 / unchanged, unit: 'per s' },
    { name: `folder: first 50 of ${count}`, value: newest, unit: 'ms' },
    { name: `folder: 50 in the middle of ${count}`, value: middle, unit: 'ms' },
    { name: `folder: a page of 1,000 of ${count}`, value: page, unit: 'ms' },
  ]
}

/** In turns, so that both see the same disk. Median ms of a call. */
async function besides(
  ours: (round: number) => Promise<unknown>,
  bare: (round: number) => Promise<unknown>,
): Promise<{ readonly ours: number; readonly bare: number }> {
  const times = { ours: [] as number[], bare: [] as number[] }
  for (let round = 0; round < ROUNDS; round++) {
    const from = performance.now()
    await ours(round)
    const between = performance.now()
    await bare(round)
    times.ours.push(between - from)
    times.bare.push(performance.now() - between)
  }
  return { ours: median(times.ours), bare: median(times.bare) }
}

async function bareWrite(folder: string, round: number): Promise<void> {
  const file = await open(join(folder, `${round}.new`), 'wx')
  await file.writeFile(bodyOf(round))
  await file.sync()
  await file.close()
  const handle = await open(folder, 'r')
  await rename(join(folder, `${round}.new`), join(folder, `${round}`))
  await handle.sync()
  await handle.close()
}

/** Objects per second. */
async function fill(store: ObjectStore, count: number): Promise<number> {
  const from = performance.now()
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next++
      await store.put(`runs/job/${keyOf(index)}`, bodyOf(index), { condition: { ifAbsent: true } })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return (count / (performance.now() - from)) * 1000
}

/** Median ms of a call. */
async function timed(call: () => Promise<unknown>, rounds: number = ROUNDS): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const from = performance.now()
    await call()
    times.push(performance.now() - from)
  }
  return median(times)
}

async function etagOf(put: ReturnType<ObjectStore['put']>): Promise<string> {
  const result = await put
  if (result.outcome !== 'written') throw new Error(`expected the put to be written, got ${result.outcome}`)
  return result.etag
}

/** A body with the length of a run's record. */
function bodyOf(nonce: number): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ v: 1, nonce, padding: 'x'.repeat(300) }))
}

function keyOf(index: number): string {
  return `${String(8_200_000_000_000 + index * 60_000)}.success.1250.1.Qm9keUlkT2ZUaGlzUnVu.json`
}
