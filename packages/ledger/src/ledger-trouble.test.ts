import type { PageChanged } from './ledger-events.ts'
import { settle } from '@s3sched/kernel/testing'
import { StoreError, type PutResult } from '@s3sched/store'
import { beforeEach, describe, expect, it } from 'vitest'
import { add, createWorld, type Count, type OpenLedger, type World } from '../test/open-ledger.ts'
import type { DecodedRecord } from './record-codec.ts'

const lost = new StoreError('reset', { code: 'NETWORK', retriable: true })
const unknown: PutResult = { outcome: 'unknown', cause: lost }

let world: World
let one: OpenLedger

beforeEach(() => {
  world = createWorld()
  one = world.open()
})

describe('a page that a person has edited, without a new nonce', () => {
  const edit = async (): Promise<void> => {
    const got = await world.shared.get('pages/root.json')
    if (got.outcome !== 'found') throw new Error('expected a page')
    const text = new TextDecoder().decode(got.body)
    await world.shared.put('pages/root.json', new TextEncoder().encode(text.replace('"count":1', '"count":5')))
  }

  it('is changed further', async () => {
    await one.ledger.change('a', add(1))
    await edit()
    expect(await one.ledger.change('a', add(1))).toMatchObject({ outcome: 'written', record: { count: 6 } })
  })

  it('is told as changed', async () => {
    const changed: PageChanged[] = []
    await one.ledger.change('a', add(1))
    one.ledger.on('changed', (change) => void changed.push(change))
    await edit()
    expect(await one.ledger.look()).toEqual([''])
    expect(changed).toMatchObject([{ page: '', keys: ['a'] }])
  })
})

describe('a page that is put back as it was, such as from a backup', () => {
  it('is changed further, and told as a problem, once', async () => {
    const problems: unknown[] = []
    one.ledger.on('problem', ({ error }) => problems.push(error))
    await one.ledger.change('a', add(1))
    const backup = await world.shared.get('pages/root.json')
    if (backup.outcome !== 'found') throw new Error('expected a page')
    await one.ledger.change('a', add(1))
    await one.ledger.change('a', add(1))
    await world.shared.put('pages/root.json', backup.body)
    one.reset()
    const change = one.ledger.change('a', add(10))
    await settle()
    await world.clock.advance(1000)
    expect(await change).toMatchObject({ outcome: 'written', record: { count: 11 } })
    expect(one.requests).toMatchObject({ put: 2 })
    expect(problems).toMatchObject([{ code: 'WENT_BACK' }])
  })
})

describe('a write without a clear answer', () => {
  it('that landed is recognised, and not made again', async () => {
    await one.ledger.change('a', add(1))
    one.tampering.put = async (put) => {
      delete one.tampering.put
      await put()
      return unknown
    }
    one.reset()
    expect(await one.ledger.change('a', add(1))).toMatchObject({ outcome: 'written', record: { count: 2 } })
    expect(one.requests).toMatchObject({ put: 1, get: 1 })
    expect(await one.ledger.get('a', { isFresh: true })).toMatchObject({ record: { count: 2 } })
  })

  it('that landed is recognised below the commits of others, also where the server says conflict', async () => {
    const two = world.open()
    await one.ledger.change('a', add(1))
    one.tampering.put = async (put) => {
      delete one.tampering.put
      await put()
      await two.ledger.change('a', add(10))
      return { outcome: 'conflict' }
    }
    expect(await one.ledger.change('a', add(1))).toMatchObject({ outcome: 'written', record: { count: 2 } })
    expect(await one.ledger.get('a')).toMatchObject({ record: { count: 12 } })
  })

  it('that did not land is made again, by the same bytes as long as it might still land', async () => {
    await one.ledger.change('a', add(1))
    const late: (() => Promise<PutResult>)[] = []
    one.tampering.put = async (put) => {
      if (late.push(put) < 3) return unknown
      return put()
    }
    const change = one.ledger.change('a', add(1))
    await world.clock.advance(10_000)
    expect(await change).toMatchObject({ outcome: 'written', record: { count: 2 } })
    // The lost requests arrive after all.
    for (const put of late) expect(await put()).toMatchObject({ outcome: 'conflict' })
    expect(await one.ledger.get('a', { isFresh: true })).toMatchObject({ record: { count: 2 } })
  })

  it('keeps its changes, which can not be withdrawn, until its fate is known', async () => {
    const withdrawn = new AbortController()
    one.tampering.put = async () => unknown
    const change = one.ledger.change('a', add(1), { signal: withdrawn.signal })
    let isAnswered = false
    void change.finally(() => (isAnswered = true))
    await world.clock.advance(60_000)
    withdrawn.abort('too late')
    await world.clock.advance(60_000)
    expect(isAnswered).toBe(false)
    delete one.tampering.put
    await world.clock.advance(10_000)
    expect(await change).toMatchObject({ outcome: 'written' })
  })

  it('lets a change be withdrawn once it is sure that it was not written', async () => {
    const two = world.open()
    await one.ledger.change('a', add(1))
    const withdrawn = new AbortController()
    one.tampering.put = async () => {
      withdrawn.abort('withdrawn')
      delete one.tampering.put
      await two.ledger.change('a', add(10))
      return unknown
    }
    await expect(one.ledger.change('a', add(1), { signal: withdrawn.signal })).rejects.toBe('withdrawn')
    expect(await two.ledger.get('a', { isFresh: true })).toMatchObject({ record: { count: 11 } })
  })

  it('is answered unknown when the ledger is closed before its fate is known; what only waited fails', async () => {
    one.tampering.put = async () => unknown
    const carried = one.ledger.change('a', add(1))
    await settle()
    const waiting = one.ledger.change('b', add(1))
    const failure = waiting.catch((error: unknown) => error)
    const patience = new AbortController()
    const closed = one.ledger.close({ signal: patience.signal })
    await world.clock.advance(1000)
    patience.abort()
    await closed
    expect(await carried).toMatchObject({ outcome: 'unknown', cause: { code: 'CLOSED' } })
    expect(await failure).toMatchObject({ code: 'CLOSED' })
  })

  it('is answered at once at such a close, although its request is still under way', async () => {
    await one.ledger.change('a', add(1))
    let answer: (put: PutResult) => void = () => undefined
    one.tampering.put = () => new Promise((resolve) => (answer = resolve))
    const carried = one.ledger.change('a', add(1))
    await settle()
    await one.ledger.close({ signal: AbortSignal.abort() })
    expect(await carried).toMatchObject({ outcome: 'unknown' })
    one.reset()
    answer(unknown)
    await world.clock.advance(60_000)
    expect(one.requests).toMatchObject({ put: 0, get: 0 })
    expect(world.clock.sleeping).toBe(0)
  })
})

describe('a store', () => {
  it('that refuses for good fails the changes, which were not written', async () => {
    const denied = new StoreError('denied', { code: 'ACCESS_DENIED' })
    one.tampering.put = async () => {
      throw denied
    }
    await expect(one.ledger.change('a', add(1))).rejects.toBe(denied)
    delete one.tampering.put
    expect(await one.ledger.change('a', add(1))).toMatchObject({ record: { count: 1 } })
  })

  it('that asks for fewer writes gets at most one a second, which carries all changes', async () => {
    const paces: number[] = []
    one.ledger.on('paced', ({ gapMs }) => paces.push(gapMs))
    one.tampering.put = async (put) => ({ ...(await put()), isThrottled: true })
    for (let commit = 0; commit < 4; commit++) {
      const change = one.ledger.change('a', add(1))
      await world.clock.advance(1000)
      await change
    }
    expect(paces).toEqual([250, 500, 1000])
    one.reset()
    const changes: Promise<unknown>[] = []
    for (let each = 0; each < 100; each++) {
      changes.push(one.ledger.change('a', add(1)))
      await world.clock.advance(100)
    }
    expect(one.requests.put).toBeLessThanOrEqual(11)
    await world.clock.advance(1000)
    expect(await Promise.all(changes)).toHaveLength(100)
    delete one.tampering.put
    for (let commit = 0; commit < 200; commit++) {
      const change = one.ledger.change('a', add(1))
      await world.clock.advance(1000)
      await change
    }
    expect(paces.at(-1)).toBe(0)
  })
})

describe('a page that somebody deleted', () => {
  const losesPage = async (restore?: (record: { count: number }) => { count: number }): Promise<OpenLedger> => {
    const opened = world.open(restore === undefined ? {} : { restore })
    await Promise.all([opened.ledger.change('a', add(1)), opened.ledger.change('b', add(2))])
    await world.shared.delete('pages/root.json')
    return opened
  }

  it('is put back by a process that knows it, as the user says', async () => {
    const knowing = await losesPage(({ count }) => ({ count: count + 1000 }))
    const events: unknown[] = []
    knowing.ledger.on('lost', (event) => events.push(event))
    // Nothing can tell whether the first write had landed before the deletion.
    expect(await knowing.ledger.change('a', add(1))).toMatchObject({ outcome: 'unknown', cause: { code: 'UNDECIDED' } })
    expect(await knowing.ledger.change('a', add(1))).toMatchObject({ record: { count: 1002 } })
    expect(await knowing.ledger.get('b', { isFresh: true })).toMatchObject({ record: { count: 1002 } })
    expect(events).toEqual([{ page: '', known: 2 }])
  })

  it('is told to a process that knew it when another has made it anew', async () => {
    const knowing = await losesPage()
    const changed: PageChanged[] = []
    knowing.ledger.on('changed', (event) => changed.push(event))
    await one.ledger.change('c', add(1))
    await knowing.ledger.look([''])
    expect(changed).toMatchObject([{ page: '', keys: ['c', 'a', 'b'], entries: [], isAnew: true }])
    expect([...(changed[0]?.before?.keys() ?? [])]).toEqual(['a', 'b'])
  })
})

describe('what cannot be read', () => {
  const plant = async (records: string): Promise<void> => {
    const body = `{"v":1,"nonce":"n","seq":1,"life":"n","signs":[],"records":{\n${records}\n},"entries":[\n]}`
    await world.shared.put('pages/root.json', new TextEncoder().encode(body))
  }

  it('is one bad record, told once and kept as it was found', async () => {
    await plant('"bad":{"count":"x"},\n"good":{"count":1}')
    const told: unknown[] = []
    one.ledger.on('unreadable', (event) => told.push(event))
    expect(await one.ledger.change('bad', add(1))).toEqual({ outcome: 'unreadable', problem: 'it has no count' })
    expect(await one.ledger.change('good', add(1))).toMatchObject({ outcome: 'written' })
    for (let each = 0; each < 2; each++) expect(await one.ledger.get('bad')).toMatchObject({ outcome: 'unreadable' })
    expect(told).toEqual([{ page: '', key: 'bad', problem: 'it has no count' }])
    const got = await world.shared.get('pages/root.json')
    expect(got.outcome === 'found' && new TextDecoder().decode(got.body)).toContain('"bad":{"count":"x"}')
  })

  it('is a record whose text is parsed once, however often it is read, and anew in another state', async () => {
    let decoded = 0
    const decode = (): DecodedRecord<Count> => ({ outcome: 'unreadable', problem: `try ${++decoded}` })
    const { ledger } = world.open({ codec: { decode, encode: (record) => record } })
    await plant('"bad":1')
    for (let each = 0; each < 3; each++) {
      expect(await ledger.get('bad')).toEqual({ outcome: 'unreadable', problem: 'try 1' })
    }
    await plant('"bad":2')
    await ledger.look([''])
    for (let each = 0; each < 3; each++) {
      expect(await ledger.get('bad')).toEqual({ outcome: 'unreadable', problem: 'try 2' })
      expect(await ledger.change('bad', add(1))).toEqual({ outcome: 'unreadable', problem: 'try 2' })
    }
  })

  it('is overwritten on request', async () => {
    await plant('"bad":nonsense')
    const answer = await one.ledger.change('bad', add(1), { overwriteUnreadable: true })
    expect(answer).toMatchObject({ outcome: 'written', record: { count: 1 } })
  })

  it('is a whole page, which is left alone', async () => {
    const body = new TextEncoder().encode('{"v":2}')
    await world.shared.put('pages/root.json', body)
    const answer = await one.ledger.change('a', add(1))
    expect(answer).toMatchObject({ outcome: 'unreadable', problem: expect.stringContaining('upgrade') })
    expect(await world.shared.get('pages/root.json')).toMatchObject({ body })
  })
})
