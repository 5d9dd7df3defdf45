import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore, ServerClock, type ObjectStore } from '@s3sched/store'
import { expect, it } from 'vitest'
import { RunRequests } from './run-requests.ts'

it('reads a request again whose body was cut off on its way, and leaves alone what is none', async () => {
  const store = createMemoryStore()
  let cuts = 0
  const get: ObjectStore['get'] = async (...given) => {
    const got = await store.get(...given)
    return cuts-- > 0 && got.outcome === 'found' ? { ...got, body: got.body.subarray(0, 20) } : got
  }
  const said: string[] = []
  const requests = new RunRequests({
    store: { ...store, get },
    serverClock: new ServerClock(createManualClock()),
    random: createSeededRandom(1),
    logger: { ...silentLogger, warn: (message) => void said.push(message) },
  })
  const id = await requests.placeRun('report', { month: 'may' })
  const { signal } = new AbortController()
  cuts = 1
  expect(await requests.pending(signal)).toMatchObject([{ id, jobName: 'report', fields: { month: 'may' } }])
  expect(said).toEqual([])
  cuts = 2
  expect(await requests.pending(signal)).toEqual([])
  expect(said).toEqual([expect.stringContaining('is not a request')])
})
