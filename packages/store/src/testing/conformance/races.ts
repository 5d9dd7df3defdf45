import type { ObjectStore, PutCondition } from '../../object-store.ts'
import type { Conformance } from './conformance.ts'
import { bytes, textOf, write } from './steps.ts'

export function describeRaces({ test, expect, options }: Conformance): void {
  const { racers } = options

  /** Puts all bodies at once under one condition. Returns the bodies with outcome `written`, and every outcome. */
  const race = async (
    store: ObjectStore,
    key: string,
    condition: PutCondition,
    label: string,
  ): Promise<{ winners: string[]; outcomes: string[] }> => {
    const bodies = Array.from({ length: racers }, (_, racer) => `${label}, racer ${racer}`)
    const puts = await Promise.all(bodies.map((body) => store.put(key, bytes(body), { condition })))
    const outcomes = puts.map(({ outcome }) => outcome)
    return { winners: bodies.filter((_, racer) => outcomes[racer] === 'written'), outcomes }
  }

  test(`lets one of ${racers} creators win, and tells the others`, async (store) => {
    for (let round = 0; round < 5; round++) {
      const { winners, outcomes } = await race(store, `created/${round}`, { ifAbsent: true }, `round ${round}`)
      expect(outcomes.toSorted()).toEqual([...Array.from({ length: racers - 1 }, () => 'conflict'), 'written'])
      expect(textOf(await store.get(`created/${round}`))).toBe(winners[0])
    }
  })

  test(`lets one of ${racers} updaters win, and tells the others`, async (store) => {
    let ifMatch = await write(store, 'updated', 'begin')
    for (let round = 0; round < 5; round++) {
      const { winners, outcomes } = await race(store, 'updated', { ifMatch }, `round ${round}`)
      expect(outcomes.toSorted()).toEqual([...Array.from({ length: racers - 1 }, () => 'conflict'), 'written'])
      const got = await store.get('updated')
      expect(textOf(got)).toBe(winners[0])
      ifMatch = got.outcome === 'found' ? got.etag : ''
    }
  })

  test('loses no increment of a counter', async (store) => {
    const [workers, increments] = [8, 10]
    await write(store, 'counter', '0 by nobody')
    const increment = async (nonce: string): Promise<void> => {
      for (;;) {
        const got = await store.get('counter')
        if (got.outcome !== 'found') throw new Error(`the counter is ${got.outcome}`)
        const next = bytes(`${parseInt(textOf(got)) + 1} by ${nonce}`)
        const put = await store.put('counter', next, { condition: { ifMatch: got.etag } })
        if (put.outcome === 'written') return
      }
    }
    const worker = async (_: unknown, name: number): Promise<void> => {
      for (let count = 0; count < increments; count++) await increment(`${name}.${count}`)
    }
    await Promise.all(Array.from({ length: workers }, worker))
    expect(parseInt(textOf(await store.get('counter')))).toBe(workers * increments)
  })

  test('keeps to one story while an object is created and deleted', async (store) => {
    for (let round = 0; round < 10; round++) {
      const racing = [
        race(store, 'contested', { ifAbsent: true }, `round ${round}`),
        store.delete('contested'),
      ] as const
      const [{ winners, outcomes }] = await Promise.all(racing)
      const after = textOf(await store.get('contested'))
      expect(outcomes.includes('unknown')).toBe(false)
      // One creator before the delete, one creator after, or both.
      expect(winners.length === 1 || winners.length === 2).toBe(true)
      expect(after === 'missing' || winners.includes(after)).toBe(true)
      await store.delete('contested')
    }
  })

  test('never shows half a body, or the ETag of another one', async (store) => {
    const bodies = ['a', 'b', 'c', 'd'].map((letter, index) => letter.repeat(20_000 + index))
    const written = new Map<string, Set<string>>(bodies.map((body) => [body, new Set()]))
    const overwrite = async (): Promise<void> => {
      for (let round = 0; round < 8; round++) {
        for (const body of bodies) written.get(body)?.add(await write(store, 'torn', body))
      }
    }
    const seen: { readonly body: string; readonly etag: string }[] = []
    const look = async (): Promise<void> => {
      for (let looks = 0; looks < 25; looks++) {
        const got = await store.get('torn')
        if (got.outcome === 'found') seen.push({ body: textOf(got), etag: got.etag })
      }
    }
    await write(store, 'torn', bodies[0] ?? '').then((etag) => written.get(bodies[0] ?? '')?.add(etag))
    await Promise.all([overwrite(), overwrite(), look(), look(), look()])
    // A read may see a write before the write is answered, so the reads are judged at the end.
    const wrong = seen.filter(({ body, etag }) => written.get(body)?.has(etag) !== true)
    expect(wrong.map(({ body, etag }) => `${etag}: ${body.slice(0, 10)}`)).toEqual([])
    expect(seen.length).toBe(75)
  })
}
