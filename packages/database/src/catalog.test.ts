import { beforeEach, describe, expect, it } from 'vitest'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { encodeDocument, type ObjectStore } from '@s3sched/store'
import { createMemoryStore } from '@s3sched/store/testing'
import { createTamperedStore, type Tampering } from '../test/tampered-store.ts'
import { createYieldingClock } from '../test/yielding-clock.ts'
import { CATALOG_KEY, createCatalog, type Catalog } from './catalog.ts'
import { compileSchema } from './document-schema.ts'
import { resolveDefinition } from './resource-definition.ts'

const one = resolveDefinition({ name: 'one', attributes: { a: 'string' } }, compileSchema)
const two = resolveDefinition(
  { name: 'two', attributes: { b: 'number' }, timestamps: true, partitions: ['b'] },
  compileSchema,
)

let store: ObjectStore
let tampering: Tampering
let catalog: Catalog

function open(below: ObjectStore, seed: number): Catalog {
  return createCatalog(below, createYieldingClock(), createSeededRandom(seed), compileSchema)
}

beforeEach(() => {
  store = createMemoryStore()
  tampering = {}
  catalog = open(createTamperedStore(store, tampering), 1)
})

describe('the catalog', () => {
  it('gives back what was defined', async () => {
    await catalog.define(one)
    await catalog.define(two)
    expect(await catalog.read()).toEqual({ definitions: [one, two], problems: [] })
    expect(await catalog.find('two')).toEqual(two)
    expect(await catalog.find('constructor')).toBeUndefined()
  })

  it('is not written when nothing differs', async () => {
    await catalog.define(one)
    tampering.put = () => expect.unreachable()
    await catalog.define({ partitions: {}, timestamps: false, attributes: { a: 'string' }, name: 'one' })
  })

  it('keeps what another process defined in between', async () => {
    const other = open(store, 2)
    tampering.put = async (_key, put) => {
      delete tampering.put
      await other.define(two)
      return put()
    }
    await catalog.define(one)
    expect((await catalog.read()).definitions).toHaveLength(2)
  })

  it('finds its own write when the answer was lost', async () => {
    let puts = 0
    tampering.put = async (_key, put) => {
      puts++
      await put()
      return { outcome: 'unknown', cause: new Error('lost') }
    }
    await catalog.define(one)
    expect(puts).toBe(1)
  })

  it('gives up when it can not write', async () => {
    tampering.put = async () => ({ outcome: 'unknown', cause: new Error('lost') })
    await expect(catalog.define(one)).rejects.toMatchObject({ code: 'CONFLICT', cause: { message: 'lost' } })
  })

  it('leaves out and names definitions that make no sense, and replaces them', async () => {
    const resources = { one: { name: 'one', attributes: { a: 'string|min:(' } }, two, six: two, four: 4 }
    await store.put(CATALOG_KEY, encodeDocument({ resources }, 'nonce'))
    const { definitions, problems } = await catalog.read()
    expect(definitions).toEqual([two])
    expect(problems).toEqual([
      expect.stringContaining('min must be a number'),
      expect.stringContaining("'six' is stored under the name of 'two'"),
      expect.stringContaining('expected the options to be an object'),
    ])
    await catalog.define(one)
    expect(await catalog.find('one')).toEqual(one)
  })

  it.each([new TextEncoder().encode('{'), encodeDocument({ resources: [] }, 'nonce')])(
    'refuses to go on, and overwrites nothing, when it is no catalog',
    async (body) => {
      await store.put(CATALOG_KEY, body)
      await expect(catalog.read()).rejects.toMatchObject({ code: 'UNREADABLE' })
      await expect(catalog.define(one)).rejects.toMatchObject({ code: 'UNREADABLE' })
      expect(await store.get(CATALOG_KEY)).toMatchObject({ body })
    },
  )
})
