import { settle } from '@s3sched/kernel/testing'
import type { ObjectStore } from '@s3sched/store'
import { beforeEach, describe, expect, it } from 'vitest'
import { createLedger, plainCodec } from './index.ts'
import { add, createWorld, type OpenLedger, type World } from '../test/open-ledger.ts'

let world: World
let one: OpenLedger

beforeEach(() => {
  world = createWorld()
  one = world.open()
})

describe('changes', () => {
  it('of one page go into one write, in their order, and each gets its own answer', async () => {
    const answers = await Promise.all([
      one.ledger.change('a', add(1)),
      one.ledger.change('b', add(5)),
      one.ledger.change('a', add(2)),
      one.ledger.change('a', () => ({ do: 'refuse', reason: 'too late' })),
      one.ledger.change('b', () => ({ do: 'remove' })),
    ])
    expect(answers).toMatchObject([
      { outcome: 'written', record: { count: 1 }, commit: { page: '', seq: 1, changes: 5 } },
      { outcome: 'written', record: { count: 5 } },
      { outcome: 'written', record: { count: 3 } },
      { outcome: 'refused', reason: 'too late' },
      { outcome: 'written', record: undefined },
    ])
    expect(one.requests).toMatchObject({ put: 1, get: 1, list: 1 })
    const other = world.open()
    expect(await other.ledger.get('a')).toEqual({ outcome: 'read', record: { count: 3 } })
    expect(await other.ledger.get('b')).toEqual({ outcome: 'missing' })
  })

  it('cost one PUT and nothing else once the page is known', async () => {
    await one.ledger.change('a', add(1))
    one.reset()
    for (let each = 0; each < 5; each++) await one.ledger.change('a', add(1))
    expect(one.requests).toMatchObject({ put: 5, get: 0, list: 0 })
  })

  it('that come during a commit go with the next', async () => {
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => (release = resolve))
    one.tampering.put = async (put) => {
      await released
      return put()
    }
    const first = one.ledger.change('a', add(1))
    await settle()
    const later = Array.from({ length: 10 }, () => one.ledger.change('a', add(1)))
    await settle()
    expect(one.requests.put).toBe(1)
    release()
    expect(await first).toMatchObject({ commit: { seq: 1, changes: 1 } })
    for (const answer of await Promise.all(later)) expect(answer).toMatchObject({ commit: { seq: 2, changes: 10 } })
  })

  it('that a caller makes over several turns go into one write, also when others wait for other writes', async () => {
    await one.ledger.change('a', add(1))
    const waiting = one.ledger.change('a', add(1), { withinMs: 10_000 })
    await settle()
    one.reset()
    const made: Promise<unknown>[] = []
    for (let turn = 0; turn < 4; turn++) {
      made.push(one.ledger.change('a', add(1)), one.ledger.change('b', add(1)))
      await world.clock.sleep(0)
    }
    await Promise.all([waiting, ...made])
    expect(one.requests).toMatchObject({ put: 1 })
  })

  it('give a result of their own', async () => {
    const answer = await one.ledger.change('a', () => ({ do: 'write', record: { count: 1 }, result: { fence: 7 } }))
    expect(answer).toMatchObject({ outcome: 'written', result: { fence: 7 } })
  })

  it('that throw hurt no other change', async () => {
    const bad = one.ledger.change('a', () => {
      throw new Error('a bug')
    })
    const huge = one.ledger.change('b', () => ({ do: 'write', record: { count: 1n as unknown as number } }))
    const long = one.ledger.change('d', () => ({
      do: 'write',
      record: { count: 1 },
      entries: [{ id: 'long', text: JSON.stringify('x'.repeat(1024 * 1024)) }],
    }))
    const good = one.ledger.change('c', add(1))
    await expect(long).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await expect(bad).rejects.toThrow('a bug')
    await expect(huge).rejects.toThrow('BigInt')
    expect(await good).toMatchObject({ outcome: 'written' })
    expect(await one.ledger.get('b')).toEqual({ outcome: 'missing' })
  })

  it('are decided anew on what another process has written', async () => {
    const two = world.open()
    await one.ledger.change('a', add(1))
    await two.ledger.change('a', add(10))
    await two.ledger.change('a', add(10))
    expect(await one.ledger.change('a', add(1))).toMatchObject({ outcome: 'written', record: { count: 22 } })
  })

  it('are refused only on the present page', async () => {
    const two = world.open()
    const refuse = () => one.ledger.change('a', (record) => ({ do: 'refuse', reason: String(record?.count) }))
    await one.ledger.change('a', add(1))
    await two.ledger.change('a', add(1))
    one.reset()
    expect(await refuse()).toEqual({ outcome: 'refused', reason: '2' })
    expect(one.requests).toMatchObject({ get: 1, put: 0 })
  })

  it('need a key', async () => {
    await expect(one.ledger.change('', add(1))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})

describe('entries', () => {
  it('are appended in the same write, once for each id, and dropped by their ids', async () => {
    const append = (id: string) =>
      one.ledger.change('a', (record) => ({
        do: 'write',
        record: { count: (record?.count ?? 0) + 1 },
        entries: [{ id, text: '{"status":"success"}' }],
      }))
    const committed: unknown[] = []
    one.ledger.on('committed', (event) => committed.push(event, one.ledger.knownPage('')?.seq))
    await Promise.all([append('run-1'), append('run-2'), append('run-1')])
    expect(committed).toMatchObject([{ page: '', seq: 1, changes: 3, entries: { count: 2, chars: 40 } }, 1])
    await append('run-2')
    const entries = (): unknown[] => [...(one.ledger.knownPage('')?.entries() ?? [])]
    expect(entries()).toEqual([
      { id: 'run-1', key: 'a', text: '{"status":"success"}' },
      { id: 'run-2', key: 'a', text: '{"status":"success"}' },
    ])
    expect(one.ledger.knownPage('')?.entriesSize).toEqual({ count: 2, chars: 2 * '{"status":"success"}'.length })
    expect(await one.ledger.dropEntries('', ['run-1', 'gone'])).toEqual({ outcome: 'written' })
    expect(entries()).toMatchObject([{ id: 'run-2' }])
    one.reset()
    expect(await one.ledger.dropEntries('', ['run-1'])).toEqual({ outcome: 'written' })
    expect(one.requests.put).toBe(0)
  })

  it('can be looked for by a change', async () => {
    const seen: boolean[] = []
    const change = () =>
      one.ledger.change('a', (_record, view) => {
        seen.push(view.hasEntry('x'))
        return { do: 'write', record: { count: 1 }, entries: [{ id: 'x', text: '1' }] }
      })
    await change()
    await change()
    expect(seen).toEqual([false, true])
  })
})

describe('the sign of a writer', () => {
  it('grows with its own commits, and not with those of others', async () => {
    const two = world.open()
    await one.ledger.change('a', add(1))
    await two.ledger.change('a', add(1))
    const signs: (number | undefined)[] = []
    const look = () =>
      two.ledger.change('a', (record, view) => {
        signs.push(view.signOf('w1'), view.signOf('nobody'))
        return { do: 'write', record: record ?? { count: 0 } }
      })
    await look()
    await one.ledger.sign('')
    await two.ledger.look([''])
    await look()
    expect(signs).toEqual([1, undefined, 4, undefined])
    expect(two.ledger.knownPage('')?.signOf('w1')).toBe(4)
  })
})

describe('patience', () => {
  it('waits for other writes up to its time', async () => {
    await one.ledger.change('a', add(1))
    one.reset()
    const patient = one.ledger.change('a', add(1), { withinMs: 2000 })
    await world.clock.advance(1999)
    expect(one.requests.put).toBe(0)
    await world.clock.advance(1)
    expect(await patient).toMatchObject({ outcome: 'written' })
  })

  it('goes along with an urgent change', async () => {
    const patient = one.ledger.change('a', add(1), { withinMs: 60_000 })
    await settle()
    const urgent = one.ledger.change('b', add(1))
    expect(await Promise.all([patient, urgent])).toMatchObject([{ commit: { seq: 1 } }, { commit: { seq: 1 } }])
  })

  const ENDS: readonly [string, (ledger: (typeof one)['ledger']) => unknown][] = [
    ['when the page is hurried', (ledger) => ledger.hurry(ledger.pageOf('a'))],
    ['with a drain', (ledger) => ledger.drain()],
  ]
  it.each(ENDS)('ends %s, and only for what waits then', async (_, end) => {
    const patient = one.ledger.change('a', add(1), { withinMs: 60_000 })
    await settle()
    await end(one.ledger)
    expect(await patient).toMatchObject({ outcome: 'written' })
    await end(one.ledger)
    one.reset()
    const later = one.ledger.change('a', add(1), { withinMs: 60_000 })
    await settle()
    expect(one.requests.put).toBe(0)
    await one.ledger.close()
    expect(await later).toMatchObject({ outcome: 'written' })
  })

  it('does not begin anew when a hurried commit meets a conflict', async () => {
    const two = world.open()
    for (const { ledger } of [one, two]) await ledger.change('a', add(1))
    const patient = one.ledger.change('a', add(1), { withinMs: 60_000 })
    await settle()
    one.ledger.hurry(one.ledger.pageOf('a'))
    await world.clock.advance(1000)
    expect(await two.ledger.get('a', { isFresh: true })).toEqual({ outcome: 'read', record: { count: 3 } })
    expect(await patient).toMatchObject({ outcome: 'written', record: { count: 3 } })
  })

  it('ends with a withdrawal, and nothing is written', async () => {
    const withdrawn = new AbortController()
    const patient = one.ledger.change('a', add(1), { withinMs: 60_000, signal: withdrawn.signal })
    await settle()
    withdrawn.abort('changed my mind')
    await expect(patient).rejects.toBe('changed my mind')
    await settle()
    expect([world.clock.sleeping, one.requests.put]).toEqual([0, 0])
    await expect(one.ledger.change('a', add(1), { signal: withdrawn.signal })).rejects.toBe('changed my mind')
  })
})

describe('requests', () => {
  it('have the time that the options give', async () => {
    const times = new Set<unknown>()
    const note = (options: { readonly timeoutMs?: number | undefined } | undefined) => times.add(options?.timeoutMs)
    const store: ObjectStore = {
      ...world.shared,
      get: (key, options) => (note(options), world.shared.get(key, options)),
      put: (key, body, options) => (note(options), world.shared.put(key, body, options)),
      list: (prefix, options) => (note(options), world.shared.list(prefix, options)),
    }
    const ledger = createLedger<number>(store, { codec: plainCodec(), requestTimeoutMs: 2500 })
    await ledger.change('a', () => ({ do: 'write', record: 1 }))
    expect([...times]).toEqual([2500])
  })

  it('are refused with options that make no sense', () => {
    const open = () => createLedger(world.shared, { codec: plainCodec(), namespace: 'jobs', maxRecords: 1 })
    expect(open).toThrow(/namespace to be empty, or a folder.*maxRecords to be an integer >= 2/)
  })
})

describe('a closed ledger', () => {
  it('refuses changes, and can be closed twice', async () => {
    await one.ledger.close()
    await one.ledger.close()
    await expect(one.ledger.change('a', add(1))).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(one.ledger.sign('')).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

it.each(['on', 'off'] as const)('%s refuses an unknown event, and gives the nearest name', (method) => {
  const call = (): unknown => one.ledger[method]('splitt' as 'split', () => undefined)
  expect(call).toThrow(`expected the name of an event, got "splitt". Did you mean 'split'?`)
})
