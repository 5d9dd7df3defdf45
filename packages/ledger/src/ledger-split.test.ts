import { settle } from '@s3sched/kernel/testing'
import { listAll } from '@s3sched/store'
import { beforeEach, describe, expect, it } from 'vitest'
import { add, createWorld, type OpenLedger, type World } from '../test/open-ledger.ts'

const SMALL = { maxRecords: 8 }
const keys = Array.from({ length: 9 }, (_, index) => `job-${index}`)

let world: World

beforeEach(() => {
  world = createWorld()
})

const fill = (opened: OpenLedger, some: readonly string[] = keys): Promise<unknown> =>
  Promise.all(some.map((key) => opened.ledger.change(key, add(1))))

async function counts(opened: OpenLedger): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for await (const page of opened.ledger.pages()) {
    for (const [key, read] of page.records()) {
      expect(found).not.toHaveProperty(key)
      found[key] = read.outcome === 'read' ? read.record.count : Number.NaN
    }
  }
  return found
}

const all = (count: number): Record<string, number> => Object.fromEntries(keys.map((key) => [key, count]))

describe('a split', () => {
  it('costs a PUT for each child and one for the note; the changes go to the children', async () => {
    const one = world.open(SMALL)
    await fill(one, keys.slice(0, 8))
    one.reset()
    const splits: unknown[] = []
    one.ledger.on('split', (event) => splits.push(event))
    const answer = await one.ledger.change(keys[8] ?? '', add(1))
    expect(splits).toEqual([{ page: '', into: ['0', '1'] }])
    expect(answer).toMatchObject({ outcome: 'written', commit: { page: one.ledger.pageOf('job-8') } })
    expect(one.requests).toMatchObject({ put: 4, get: 0, list: 0 })
    expect(await counts(world.open())).toEqual(all(1))
  })

  it('makes all pages for very many new records at once', async () => {
    const one = world.open(SMALL)
    const many = Array.from({ length: 1500 }, (_, index) => `job-${index}`)
    await fill(one, many)
    expect(Object.keys(await counts(world.open()))).toHaveLength(1500)
    const pages = (await listAll(world.shared, 'pages/')).length
    // Twice the smallest number of pages, and the notes; the splits write nearly nothing twice.
    expect(pages).toBeLessThan(2 * (1500 / 6) + 64)
    expect(one.requests.put).toBeLessThan(3 * pages)
  })

  it.each([1, 2, 3, 4])('that crashes around its write number %d loses nothing', async (write) => {
    for (const isSent of [false, true]) {
      world = createWorld()
      const one = world.open(SMALL)
      await fill(one, keys.slice(0, 8))
      let writes = 0
      one.tampering.put = async (put) => {
        if (++writes < write) return put()
        if (writes === write && isSent) await put()
        return new Promise(() => undefined)
      }
      void one.ledger.change(keys[8] ?? '', add(1))
      await settle()
      expect(writes).toBeGreaterThanOrEqual(Math.min(write, 2))
      const two = world.open(SMALL)
      // Changes before the second split make the drafts of the first split old.
      await fill(two, keys.slice(0, 3))
      expect(await counts(world.open())).toMatchObject({ 'job-0': 2, 'job-2': 2, 'job-7': 1 })
      await fill(two, [...keys.slice(3), 'more-1', 'more-2'])
      const expected = { ...all(2), 'job-8': write === 4 && isSent ? 2 : 1, 'more-1': 1, 'more-2': 1 }
      expect(await counts(world.open())).toEqual(expected)
      expect(await counts(two)).toEqual(expected)
    }
  })

  it('of two processes at once happens once, and nothing is lost', async () => {
    const one = world.open(SMALL)
    const two = world.open(SMALL)
    await fill(one, keys.slice(0, 8))
    await fill(two, keys.slice(0, 8))
    await one.ledger.look([''])
    let splits = 0
    for (const { ledger } of [one, two]) ledger.on('split', () => splits++)
    await Promise.all([one.ledger.change('job-8', add(1)), two.ledger.change('job-8', add(1))])
    expect(splits).toBe(1)
    expect(await counts(world.open())).toEqual(all(2))
  })

  it('is found by a writer with the old page, which goes to the child', async () => {
    const one = world.open(SMALL)
    const two = world.open(SMALL)
    await fill(one, keys.slice(0, 8))
    await two.ledger.get('job-0')
    await fill(one)
    two.reset()
    expect(await two.ledger.change('job-0', add(1))).toMatchObject({ outcome: 'written', record: { count: 3 } })
    expect(two.requests).toMatchObject({ put: 2, get: 2 })
    expect(two.ledger.knownPage('')).toBeUndefined()
  })

  it('is no hindrance for a change of a whole page', async () => {
    const one = world.open(SMALL)
    const two = world.open(SMALL)
    await fill(one, keys.slice(0, 8))
    await one.ledger.change('job-0', (record) => ({
      do: 'write',
      record: record ?? { count: 0 },
      entries: [{ id: 'run', text: '1' }],
    }))
    await two.ledger.get('job-0')
    await fill(one, keys.slice(8))
    expect(await two.ledger.dropEntries('', ['run'])).toEqual({ outcome: 'written' })
    expect(await two.ledger.sign('')).toEqual({ outcome: 'written' })
    const seen: Record<string, unknown> = {}
    for await (const page of world.open().ledger.pages()) {
      seen[page.name] = { entries: [...page.entries()], isSigned: page.signOf('w2') !== undefined }
    }
    expect(seen).toEqual({ 0: { entries: [], isSigned: true }, 1: { entries: [], isSigned: true } })
  })

  const PATIENT = { withinMs: 60_000 }
  it.each<[string, (ledger: OpenLedger['ledger']) => Promise<unknown>]>([
    ['a record', (ledger) => ledger.change('job-0', add(1), PATIENT)],
    ['a whole page', (ledger) => ledger.dropEntries('', ['run'], PATIENT)],
  ])('does not end the hurry of a change of %s', async (_, change) => {
    const one = world.open(SMALL)
    const two = world.open(SMALL)
    const withRun = { do: 'write', record: { count: 1 }, entries: [{ id: 'run', text: '1' }] } as const
    await fill(one, keys.slice(1, 8))
    await one.ledger.change('job-0', () => withRun)
    await two.ledger.get('job-0')
    const answer = change(two.ledger)
    await settle()
    await fill(one, keys.slice(8))
    two.ledger.hurry('')
    two.reset()
    await world.clock.advance(1000)
    // The old page meets a conflict, and its note tells of the children.
    expect(two.requests.put).toBeGreaterThanOrEqual(2)
    expect(await answer).toMatchObject({ outcome: 'written' })
  })

  it('of another process, learned of by a look, keeps no hurry from what waits on the old page', async () => {
    const one = world.open(SMALL)
    const two = world.open(SMALL)
    await fill(one, keys.slice(0, 8))
    await two.ledger.get('job-0')
    const patient = two.ledger.change('job-0', add(1), PATIENT)
    await settle()
    await fill(one, keys.slice(8))
    await two.ledger.look()
    expect(two.ledger.pageOf('job-0')).not.toBe('')
    two.ledger.hurry(two.ledger.pageOf('job-0'))
    await world.clock.advance(1000)
    expect(await world.open().ledger.get('job-0')).toMatchObject({ record: { count: 2 } })
    expect(await patient).toMatchObject({ outcome: 'written' })
  })

  it('keeps no hurry from what has not moved yet', async () => {
    const one = world.open(SMALL)
    await fill(one, keys.slice(0, 8))
    const patient: Promise<unknown>[] = []
    one.tampering.put = (put) => {
      if (patient.length === 0) patient.push(...keys.slice(0, 8).map((key) => one.ledger.change(key, add(1), PATIENT)))
      return put()
    }
    one.ledger.on('split', ({ into }) => into.forEach((page) => one.ledger.hurry(page)))
    await fill(one, keys.slice(8))
    await world.clock.advance(1000)
    expect(await counts(world.open())).toEqual({ ...all(2), 'job-8': 1 })
    expect(await Promise.all(patient)).toHaveLength(8)
  })

  it('is not made, and the page grows, while a child cannot be read', async () => {
    const one = world.open(SMALL)
    await fill(one, keys.slice(0, 8))
    const body = new TextEncoder().encode('{"v":7}')
    await world.shared.put('pages/1.json', body)
    await fill(one, keys.slice(8))
    expect(await one.ledger.get('job-8', { isFresh: true })).toMatchObject({ record: { count: 1 } })
    expect(await world.shared.get('pages/1.json')).toMatchObject({ body })
    expect(one.ledger.knownPage('')).toBeDefined()
  })

  it('makes pages as deep as the shards need', async () => {
    const one = world.open({ leastDepth: 2 })
    await one.ledger.change('a', add(1))
    const pages = (await listAll(world.shared, 'pages/')).map(({ key }) => key)
    expect(pages).toEqual(['00', '01', '10', '11', 'root'].map((name) => `pages/${name}.json`))
    // A process with fewer shards uses the same pages.
    const two = world.open()
    expect(await two.ledger.change('a', add(1))).toMatchObject({ record: { count: 2 } })
  })
})
