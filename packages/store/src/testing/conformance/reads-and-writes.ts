import type { Conformance } from './conformance.ts'
import { bytes, codeOf, textOf, write } from './steps.ts'

/** Made by a suite that runs: a mere import of the testing entry would pay 40 ms for the largest body. */
function makeBodies(): Readonly<Record<string, Uint8Array>> {
  return {
    'no bytes': new Uint8Array(0),
    'every byte': Uint8Array.from({ length: 256 }, (_, index) => index),
    'what looks like lines and marks of other encodings': bytes('\ufeff\r\n\n{"a":1}\r\n\0'),
    '1 MiB': Uint8Array.from({ length: 1 << 20 }, (_, index) => (index * 31 + (index >> 8)) & 0xff),
  }
}

export function describeReadsAndWrites({ test, expect }: Conformance): void {
  test('says where it is', async (store) => {
    expect(typeof store.description === 'string' && store.description !== '').toBe(true)
  })

  test('answers missing for what is not there', async (store) => {
    expect(await store.get('nothing')).toMatchObject({ outcome: 'missing' })
    expect(await store.get('nothing', { ifNoneMatch: '"0123456789abcdef0123456789abcdef"' })).toMatchObject({
      outcome: 'missing',
    })
  })

  for (const [what, body] of Object.entries(makeBodies())) {
    test(`gives back ${what} exactly`, async (store) => {
      const put = await store.put('body', body)
      const got = await store.get('body')
      expect(put.outcome).toBe('written')
      expect(got.outcome === 'found' && Buffer.compare(got.body, body) === 0).toBe(true)
      expect(got.outcome === 'found' && put.outcome === 'written' && got.etag === put.etag).toBe(true)
    })
  }

  test('overwrites without a condition', async (store) => {
    const first = await write(store, 'a', 'first')
    const second = await write(store, 'a', 'second')
    expect(first === second).toBe(false)
    expect(textOf(await store.get('a'))).toBe('second')
  })

  test('reads every write as soon as it is answered', async (store) => {
    for (let round = 0; round < 10; round++) {
      await write(store, 'a', `round ${round}`)
      expect(textOf(await store.get('a'))).toBe(`round ${round}`)
      await store.delete('a')
      expect(textOf(await store.get('a'))).toBe('missing')
    }
  })

  test('answers unchanged, without a body, only for the ETag that the object has', async (store) => {
    const first = await write(store, 'a', 'first')
    expect(await store.get('a', { ifNoneMatch: first })).toMatchObject({ outcome: 'unchanged' })
    const second = await write(store, 'a', 'second')
    expect(textOf(await store.get('a', { ifNoneMatch: first }))).toBe('second')
    expect(await store.get('a', { ifNoneMatch: second })).toMatchObject({ outcome: 'unchanged' })
  })

  test('reads a range of an object, up to its end', async (store) => {
    const etag = await write(store, 'a', '0123456789')
    const read = async (start: number, end: number): Promise<string> =>
      textOf(await store.get('a', { range: { start, end } }))
    expect([await read(0, 1), await read(3, 6), await read(9, 10)]).toEqual(['0', '345', '9'])
    expect([await read(0, 10), await read(7, 1000)]).toEqual(['0123456789', '789'])
    expect(await store.get('a', { range: { start: 3, end: 6 } })).toMatchObject({ etag })
    expect(await store.get('a', { range: { start: 3, end: 6 }, ifNoneMatch: etag })).toMatchObject({
      outcome: 'unchanged',
    })
    expect(await store.get('nothing', { range: { start: 3, end: 6 } })).toMatchObject({ outcome: 'missing' })
  })

  test('refuses a range behind the end of its object', async (store) => {
    await write(store, 'a', '0123456789')
    await store.put('empty', bytes(''))
    expect(await codeOf(store.get('a', { range: { start: 10, end: 11 } }))).toBe('INVALID_RANGE')
    expect(await codeOf(store.get('empty', { range: { start: 0, end: 1 } }))).toBe('INVALID_RANGE')
  })

  test('gives another ETag to another content', async (store) => {
    const one = await write(store, 'a', 'one')
    expect((await write(store, 'a', 'other')) === one).toBe(false)
  })

  for (const given of [bytes, (text: string) => Buffer.from(text)]) {
    test(`keeps bytes of its own, given as ${given('').constructor.name}`, async (store) => {
      const body = given('given')
      const put = store.put('a', body)
      body.fill(0)
      await put
      const got = await store.get('a')
      if (got.outcome === 'found') got.body.fill(1)
      expect(textOf(await store.get('a'))).toBe('given')
    })
  }

  test('tells times in milliseconds since 1970, if it tells them', async (store) => {
    const from = Date.UTC(2020)
    const isTime = (time: number | undefined): boolean => time === undefined || (Number.isFinite(time) && time > from)
    const put = await store.put('a', bytes('a'))
    const got = await store.get('a')
    expect(put.outcome === 'written' && isTime(put.serverTime)).toBe(true)
    expect(got.outcome === 'found' && isTime(got.serverTime) && isTime(got.lastModified)).toBe(true)
  })
}
