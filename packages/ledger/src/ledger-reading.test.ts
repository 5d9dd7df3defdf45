import { listAll } from '@s3sched/store'
import { beforeEach, describe, expect, it } from 'vitest'
import { add, createWorld, type OpenLedger, type World } from '../test/open-ledger.ts'

const SMALL = { maxRecords: 8 }
const keys = Array.from({ length: 100 }, (_, index) => `job-${index}`)

let world: World
let one: OpenLedger

beforeEach(async () => {
  world = createWorld()
  one = world.open(SMALL)
  await Promise.all(keys.map((key) => one.ledger.change(key, add(1))))
})

async function load(opened: OpenLedger): Promise<string[]> {
  const found: string[] = []
  for await (const page of opened.ledger.pages()) found.push(...page.keys())
  return found.toSorted()
}

/** Commits each page once: no page is a draft afterwards. */
const touchAll = (): Promise<unknown> => Promise.all(keys.map((key) => one.ledger.change(key, add(1))))

describe('reading all records', () => {
  it('costs one LIST and one GET for each page that holds records', async () => {
    await touchAll()
    const two = world.open()
    expect(await load(two)).toEqual(keys.toSorted())
    const pages: string[] = []
    for await (const page of two.ledger.pages()) pages.push(page.name)
    const objects = await listAll(world.shared, 'pages/')
    expect(objects.length).toBeGreaterThan(pages.length)
    // A page without any commit since the split is checked against the note of the parent.
    const empty = pages.filter((page) => [...(two.ledger.knownPage(page)?.keys() ?? [])].length === 0)
    expect(two.requests.get).toBeLessThanOrEqual(pages.length + empty.length)
    expect(two.requests).toMatchObject({ put: 0, list: 2 })
  })

  it('costs one LIST and nothing else where no page was before', async () => {
    const empty = createWorld()
    const two = empty.open(SMALL)
    await load(two)
    two.reset()
    expect(await load(two)).toEqual([])
    expect(two.requests).toMatchObject({ get: 0, list: 1 })
  })

  it('costs a GET only for what has changed since', async () => {
    const two = world.open()
    await load(two)
    two.reset()
    await one.ledger.change('job-7', add(1))
    await load(two)
    expect(two.requests).toMatchObject({ get: 1, list: 1 })
    expect(await two.ledger.get('job-7')).toMatchObject({ record: { count: 2 } })
    two.reset()
    await load(two)
    expect(two.requests).toMatchObject({ get: 0, list: 1 })
  })

  it('tells the pages that can not be read, until they can be', async () => {
    await touchAll()
    const [damaged] = [...one.ledger.knownPages()]
    const key = `pages/${damaged?.name}.json`
    const got = await world.shared.get(key)
    await world.shared.put(key, new TextEncoder().encode('<img>'))
    const two = world.open()
    expect(await load(two)).toHaveLength(100 - [...(damaged?.keys() ?? [])].length)
    expect([...two.ledger.unreadablePages()]).toEqual([[damaged?.name, expect.stringMatching(/JSON/)]])
    await world.shared.put(key, got.outcome === 'found' ? got.body : new Uint8Array())
    expect(await load(two)).toEqual(keys.toSorted())
    expect([...two.ledger.unreadablePages()]).toEqual([])
  })

  it('takes no leftovers of a split that never ended', async () => {
    const leftovers = world.open({ ...SMALL, namespace: 'other/' })
    await Promise.all(keys.slice(0, 8).map((key) => leftovers.ledger.change(key, add(1))))
    leftovers.tampering.put = async (put, key) => (key.includes('root') ? new Promise(() => undefined) : put())
    void leftovers.ledger.change('job-8', add(1))
    await world.clock.advance(0)
    expect(await listAll(world.shared, 'other/pages/')).toHaveLength(3)
    const two = world.open({ namespace: 'other/' })
    expect(await load(two)).toEqual(keys.slice(0, 8))
  })

  it('finds the pages below a note that somebody deleted', async () => {
    await touchAll()
    const page = one.ledger.pageOf('job-7')
    for (const note of ['root', page.slice(0, -1)]) {
      const two = world.open()
      await two.ledger.get('nothing')
      await world.shared.delete(`pages/${note}.json`)
      expect(await world.open().ledger.get('job-7')).toMatchObject({ record: { count: 2 } })
      expect(await two.ledger.get('job-7')).toMatchObject({ record: { count: 2 } })
      expect(await load(world.open())).toEqual(keys.toSorted())
    }
  })
})

describe('reading one record', () => {
  it('costs a request only for an unknown page, or when a fresh one is wanted', async () => {
    const two = world.open()
    await two.ledger.get('job-7')
    two.reset()
    await two.ledger.get('job-7')
    expect(two.requests.get).toBe(0)
    await two.ledger.get('job-7', { isFresh: true })
    expect(two.requests).toMatchObject({ get: 1, notModified: 1 })
    expect(await two.ledger.get('nothing')).toEqual({ outcome: 'missing' })
  })
})

describe('looking whether pages have changed', () => {
  it('costs one conditional GET a page, and tells the keys and the new entries', async () => {
    const two = world.open()
    await load(two)
    const changed: unknown[] = []
    two.ledger.on('changed', (event) => changed.push(event))
    const page = two.ledger.pageOf('job-7')
    two.reset()
    expect(await two.ledger.look([page])).toEqual([])
    expect(two.requests).toMatchObject({ get: 1, notModified: 1 })
    await one.ledger.change('job-7', (record) => ({
      do: 'write',
      record: { count: (record?.count ?? 0) + 1 },
      entries: [{ id: 'run', text: '1' }],
    }))
    expect(await two.ledger.look([page])).toEqual([page])
    expect(changed).toEqual([{ page, keys: ['job-7'], entries: ['run'], isAnew: false }])
  })

  it('follows a split, and tells only of records that have changed', async () => {
    const two = world.open()
    await load(two)
    const page = two.ledger.pageOf('job-7')
    const changed: { readonly keys: readonly string[] }[] = []
    two.ledger.on('changed', (event) => changed.push(event))
    await one.ledger.change('job-7', add(1))
    const here = Array.from({ length: 900 }, (_, index) => `more-${index}`).filter(
      (key) => two.ledger.pageOf(key) === page,
    )
    await Promise.all(here.map((key) => one.ledger.change(key, add(1))))
    await two.ledger.look([page])
    expect(changed.flatMap(({ keys: told }) => told).toSorted()).toEqual(['job-7', ...here].toSorted())
    expect(two.ledger.pageOf('job-7').length).toBeGreaterThan(page.length)
  })

  it('tells nothing of the own commits', async () => {
    const changed: unknown[] = []
    one.ledger.on('changed', (event) => changed.push(event))
    await one.ledger.change('job-7', add(1))
    await one.ledger.look([one.ledger.pageOf('job-7')])
    expect(changed).toEqual([])
  })
})
