import { expect, it } from 'vitest'
import { SharedLooks } from './shared-looks.ts'

/** Looks that end when the test says so. */
function setUp() {
  const ends: (() => void)[] = []
  const begins: (() => void)[] = []
  const seen: (string | undefined)[] = []
  const looks = new SharedLooks((jobName, begin) => {
    seen.push(jobName)
    begins.push(begin)
    return new Promise<void>((resolve) => ends.push(resolve))
  })
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return { begins, ends, looks, seen, settled }
}

it('makes one further look for all that ended during a look', async () => {
  const { ends, looks, seen, settled } = setUp()
  const calls = [looks.at('a')]
  await settled()
  for (let end = 0; end < 100; end++) calls.push(looks.at('a'))
  ends[0]?.()
  await settled()
  expect(seen).toEqual(['a', 'a'])
  ends[1]?.()
  await Promise.all(calls)
  void looks.at('a')
  await settled()
  expect(seen).toHaveLength(3)
})

it('makes no further look for what ended before the try that succeeded', async () => {
  const { begins, ends, looks, seen, settled } = setUp()
  const first = looks.at('a')
  await settled()
  const second = looks.at('a')
  begins[0]?.() // the next try
  ends[0]?.()
  await Promise.all([first, second])
  expect(seen).toEqual(['a'])
})

it('does not let one job wait for another', async () => {
  const { ends, looks, seen, settled } = setUp()
  void looks.at('a')
  const of = looks.at('b')
  void looks.at(undefined)
  await settled()
  expect(seen).toEqual(['a', 'b', undefined])
  ends[1]?.()
  await of
})
