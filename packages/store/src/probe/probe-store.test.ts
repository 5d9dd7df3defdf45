import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { describe, expect, it } from 'vitest'
import { createMemoryStore, listAll, probeStore, StoreError, type ObjectStore } from '../index.ts'
import { createCountingStore, type S3Wrong } from '../testing/index.ts'
import { createServers } from '../../test/served-store.ts'

const { serve } = createServers()

async function refusalOf(probing: Promise<unknown>): Promise<StoreError> {
  const error = await probing.then(
    () => new Error('it was accepted'),
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(StoreError)
  return error as StoreError
}

describe('a right server', () => {
  it('is accepted, and nothing but the result stays behind', async () => {
    const { server, store } = await serve()
    const report = await probeStore(store)
    expect(report).toMatchObject({ remembered: false, rounds: 3, writers: 8, warnings: [], where: store.description })
    expect(server.keys()).toEqual(['probe.json'])
  })

  it('costs two GETs the next time', async () => {
    const { store, requests, reset } = createCountingStore(createMemoryStore())
    const first = await probeStore(store)
    reset()
    expect(await probeStore(store)).toEqual({ ...first, remembered: true })
    expect(requests).toEqual({ get: 2, notModified: 0, put: 0, delete: 0, list: 0 })
  })

  it('is probed again for more rounds than are remembered, on demand, and when the bucket was copied elsewhere', async () => {
    const store = createMemoryStore()
    await probeStore(store)
    expect(await probeStore(store, { rounds: 5 })).toMatchObject({ remembered: false, rounds: 5 })
    expect(await probeStore(store, { rounds: 4 })).toMatchObject({ remembered: true, rounds: 5 })
    expect(await probeStore(store, { cache: false })).toMatchObject({ remembered: false })
    expect(await probeStore({ ...store, description: 'another server' })).toMatchObject({ remembered: false })
  })

  it('sweeps what probes of former days left behind', async () => {
    const clock = createManualClock()
    const store = createMemoryStore({ clock })
    await store.put('probe/killed/0.json', new Uint8Array())
    await clock.advance(86_400_001)
    await store.put('probe/running/0.json', new Uint8Array())
    await probeStore(store, {}, { clock })
    expect((await listAll(store, '')).map(({ key }) => key)).toEqual(['probe.json', 'probe/running/0.json'])
  })

  it('leaves nothing behind when nothing is to be remembered', async () => {
    const { server, store } = await serve()
    await probeStore(store, { cache: false, rounds: 1 })
    expect(server.keys()).toEqual([])
  })

  it.each([1, 2, 3])('is accepted over a network that loses answers (seed %i)', async (seed) => {
    const { store } = await serve({
      random: createSeededRandom(seed),
      faults: {
        lostBefore: 0.05,
        lostAfter: 0.08,
        late: 0.03,
        internalErrorAfter: 0.05,
        slowDown: 0.03,
        conflict: 0.05,
      },
    })
    await expect(probeStore(store, {}, { random: noProbeJitter(seed) })).resolves.toMatchObject({ warnings: [] })
  })
})

/** Real names, no waits. */
function noProbeJitter(seed: number): { float: () => number; id: () => string } {
  const random = createSeededRandom(seed)
  return { float: () => 0, id: () => random.id() }
}

describe('what is odd but harmless is accepted', () => {
  const harmless: readonly S3Wrong[] = [
    'refusalInside200',
    'unquotedEtags',
    'contentMd5Demanded',
    'checksumDemanded',
    'conditionalDelete501',
    'conditionalDeleteIgnored',
    'checksumTrailer411',
    'rangesIgnored',
  ]
  it.each(harmless)('%s', async (wrong) => {
    const { store } = await serve({ wrong })
    await expect(probeStore(store)).resolves.toMatchObject({ warnings: [] })
  })

  it('oldEtagOnNewBody, with a warning', async () => {
    const { store } = await serve({ wrong: 'oldEtagOnNewBody' })
    const { warnings } = await probeStore(store)
    expect(warnings[0]).toMatch(/new bytes under the old ETag/)
  })
})

describe('trouble', () => {
  it('with the network is thrown once the patience is over, as what it was', async () => {
    const cause = new StoreError('no answer', { code: 'TIMEOUT', retriable: true })
    const store: ObjectStore = { ...createMemoryStore(), put: async () => ({ outcome: 'unknown', cause }) }
    await expect(probeStore(store, { patienceMs: 0 })).rejects.toBe(cause)
  })

  it('with the network is waited for by the clock', async () => {
    const clock = createManualClock()
    const flaky = createMemoryStore()
    let failures = 2
    const store: ObjectStore = {
      ...flaky,
      async put(...args) {
        if (failures-- > 0) throw new StoreError('no network', { code: 'NETWORK', retriable: true })
        return flaky.put(...args)
      },
    }
    const probing = probeStore(store, {}, { clock })
    await clock.advance(1_000)
    await expect(probing).resolves.toMatchObject({ remembered: false })
  })

  it('with the rights is thrown at once', async () => {
    const { server, store } = await serve()
    server.script('PUT', { status: 403, code: 'AccessDenied', message: 'Access Denied' })
    expect(await refusalOf(probeStore(store))).toMatchObject({ code: 'ACCESS_DENIED' })
  })

  it('ends at once when the caller aborts', async () => {
    const { server, store } = await serve({ faults: { blackHole: 1 } })
    const controller = new AbortController()
    const reason = new Error('not now')
    const probing = probeStore(store, { signal: controller.signal })
    await server.received('GET', 1)
    controller.abort(reason)
    await expect(probing).rejects.toBe(reason)
  })

  it('with what was remembered makes it probe again', async () => {
    const store = createMemoryStore()
    await store.put('probe.json', new TextEncoder().encode('{"v":1,"nonce":"x","where":"memory","rounds":"many"}'))
    await expect(probeStore(store)).resolves.toMatchObject({ remembered: false })
  })

  it('with the options names them', async () => {
    await expect(probeStore(createMemoryStore(), { rounds: 0 })).rejects.toThrow(
      'expected rounds to be an integer >= 1',
    )
  })
})
