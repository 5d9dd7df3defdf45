import { beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { encodeDocument, listAll, type ObjectStore } from '@s3sched/store'
import { createMemoryStore } from '@s3sched/store/testing'
import { createTamperedStore, type Tampering } from '../test/tampered-store.ts'
import { createYieldingClock } from '../test/yielding-clock.ts'
import { createDocumentStore, type Decide, type DocumentStore } from './document-store.ts'

const partitions = { byColor: { fields: { color: 'string' } } }
const warnings: string[] = []
const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) }

let plain: ObjectStore
let tampering: Tampering
let documents: DocumentStore

beforeEach(() => {
  plain = createMemoryStore({ clock: createManualClock() })
  tampering = {}
  documents = open(createTamperedStore(plain, tampering), 1)
  warnings.length = 0
})

function open(store: ObjectStore, seed: number): DocumentStore {
  const deps = { store, clock: createYieldingClock(), random: createSeededRandom(seed), logger }
  return createDocumentStore(deps, { resource: 'things', partitions, parallelism: 4, maxAttempts: 5 })
}

const increment: Decide = (current) => ({ ...current?.attributes, n: ((current?.attributes['n'] as number) ?? 0) + 1 })

async function keys(prefix: string): Promise<string[]> {
  return (await listAll(plain, prefix)).map(({ key }) => key)
}

describe('a change', () => {
  it('is applied to what somebody else wrote in between', async () => {
    await documents.change('a', increment)
    const other = open(plain, 2)
    tampering.put = async (_key, put) => {
      delete tampering.put
      await other.change('a', increment)
      return put()
    }
    const { after } = await documents.change('a', increment)
    expect(after?.attributes).toEqual({ n: 3 })
  })

  it('is not applied twice when its answer was lost and somebody wrote after it', async () => {
    await documents.change('a', increment)
    const other = open(plain, 2)
    tampering.put = async (_key, put) => {
      delete tampering.put
      await put()
      await other.change('a', increment)
      return { outcome: 'conflict' }
    }
    const { after } = await documents.change('a', increment)
    expect(after?.attributes).toEqual({ n: 2 })
    expect((await documents.read('a'))?.attributes).toEqual({ n: 3 })
  })

  it('remembers its last writes, a bounded number of them', async () => {
    for (let write = 0; write < 20; write++) await documents.change('a', increment)
    expect((await documents.read('a'))?.writes).toHaveLength(8)
  })

  it('gives up with CONFLICT when others are always faster', async () => {
    await documents.change('a', increment)
    const other = open(plain, 2)
    tampering.put = async (_key, put) => {
      await other.change('a', increment)
      return put()
    }
    await expect(documents.change('a', increment)).rejects.toMatchObject({ code: 'CONFLICT', retriable: true })
    expect((await documents.read('a'))?.attributes).toEqual({ n: 6 })
  })

  it('says so when nobody knows whether it landed', async () => {
    tampering.put = async () => ({ outcome: 'unknown', cause: new Error('timeout') })
    await expect(documents.change('a', increment)).rejects.toMatchObject({
      code: 'UNKNOWN_OUTCOME',
      cause: { message: 'timeout' },
    })
  })

  it('says so too when it can not look whose write it lost against', async () => {
    await documents.change('a', increment)
    tampering.put = async () => {
      tampering.get = () => Promise.reject(new Error('gone'))
      return { outcome: 'conflict' }
    }
    await expect(documents.change('a', increment)).rejects.toMatchObject({
      code: 'UNKNOWN_OUTCOME',
      cause: { message: 'gone' },
    })
  })

  it('is nothing when it decides so', async () => {
    await documents.change('a', increment)
    const before = await plain.get('documents/a.json')
    await documents.change('a', () => undefined)
    expect(await plain.get('documents/a.json')).toEqual(before)
  })

  it('begins without a read when the document is expected to be new', async () => {
    await documents.change('a', increment)
    const seen: unknown[] = []
    const decide: Decide = (current) => {
      seen.push(current?.attributes)
      return current === undefined ? { n: 100 } : undefined
    }
    const { before } = await documents.change('a', decide, { expectMissing: true })
    expect(seen).toEqual([undefined, { n: 1 }])
    expect(before?.attributes).toEqual({ n: 1 })
  })
})

describe('the partitions of a document', () => {
  it('follow its value', async () => {
    await documents.change('a', () => ({ color: 'red' }))
    await documents.change('a', () => ({ color: 'blue' }))
    expect(await keys('partitions/')).toEqual([expect.stringMatching(/^partitions\/byColor\/color=blue\/a~/)])
    await documents.change('a', () => ({}))
    expect(await keys('partitions/')).toEqual([])
  })

  it('keep their entry while the value stays', async () => {
    await documents.change('a', () => ({ color: 'red' }))
    const before = await keys('partitions/')
    await documents.change('a', () => ({ color: 'red', n: 1 }))
    expect(await keys('partitions/')).toEqual(before)
  })

  it('have an entry before the document is there, and none is left of an attempt that lost', async () => {
    const other = open(plain, 2)
    tampering.put = async (key, put) => {
      if (!key.startsWith('documents/')) return put()
      delete tampering.put
      expect(await keys('partitions/byColor/color=red/')).toHaveLength(1)
      await other.change('a', () => ({ color: 'green' }))
      return put()
    }
    await documents.change('a', (current) => (current === undefined ? { color: 'red' } : { color: 'blue' }))
    expect(await keys('partitions/')).toEqual([expect.stringContaining('color=blue/a~')])
  })

  it('do not make a change fail that landed', async () => {
    await documents.change('a', () => ({ color: 'red' }))
    tampering.delete = async () => Promise.reject(new Error('throttled'))
    await documents.change('a', () => ({ color: 'blue' }))
    expect((await documents.read('a'))?.attributes).toEqual({ color: 'blue' })
    expect(warnings).toHaveLength(1)
  })

  it('go with the document', async () => {
    await documents.change('a', () => ({ color: 'red' }))
    expect(await documents.remove('a')).toBe(true)
    expect(await keys('')).toEqual([])
    expect(await documents.remove('a')).toBe(false)
  })
})

describe('what is no document of ours', () => {
  const write = (fields: object): Promise<unknown> =>
    plain.put('documents/a.json', encodeDocument({ ...fields }, 'nonce'))

  it.each([
    [{}, 'it has no id'],
    [{ id: 'a', attributes: [] }, 'it has no attributes'],
    [{ id: 'b', attributes: {} }, "it is a copy of 'b'"],
    [{ id: 'a', attributes: {}, entries: { x: 1 } }, 'its partition entries are'],
    [{ id: 'a', attributes: {}, writes: [1] }, 'its writes are'],
    [{ v: 99 }, 'newer'],
  ])('%j is refused, never overwritten, and can be deleted', async (fields, problem) => {
    await write(fields)
    await expect(documents.read('a')).rejects.toMatchObject({ code: 'UNREADABLE' })
    await expect(documents.change('a', increment)).rejects.toThrow(problem)
    expect(await documents.remove('a')).toBe(true)
    expect(await documents.read('a')).toBeUndefined()
  })

  it('is left out of the ids when no id has its key', async () => {
    await documents.change('a', increment)
    await plain.put('documents/README', new Uint8Array())
    await plain.put('documents/a%41.json', new Uint8Array())
    expect(await documents.ids()).toEqual(['a'])
  })
})
