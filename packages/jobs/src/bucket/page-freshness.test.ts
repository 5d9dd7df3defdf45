import { expect, it } from 'vitest'
import type { JobLedger } from './job-pages.ts'
import { PageFreshness } from './page-freshness.ts'

/** Pages whose reads the test answers one by one. */
function setUp(known: readonly string[] = ['0', '1']) {
  const reads: { readonly page: string; readonly answer: (error?: Error) => Promise<void> }[] = []
  const ledger = {
    knownPage: (page: string) => (known.includes(page) ? {} : undefined),
    look: ([page = '']: readonly string[]) =>
      new Promise<void>((resolve, reject) => {
        const answer = async (error?: Error): Promise<void> => {
          if (error === undefined) resolve()
          else reject(error)
          await new Promise(setImmediate)
        }
        reads.push({ page, answer })
      }),
    pages: async function* () {
      await ledger.look(['all'])
      yield {}
    },
  }
  const freshness = new PageFreshness(ledger as unknown as JobLedger)
  return { freshness, read: (at: number) => reads[at] as (typeof reads)[number], reads }
}

it('doubts each page that was never read', () => {
  const { freshness } = setUp(['0'])
  expect([freshness.isStale('0'), freshness.isStale('1')]).toEqual([false, true])
})

it('shares one read among all callers with the same doubt', async () => {
  const { freshness, read, reads } = setUp()
  freshness.doubt('0')
  const both = Promise.all([freshness.refresh('0'), freshness.refresh('0'), freshness.refresh('1')])
  expect(reads.map(({ page }) => page)).toEqual(['0', '1'])
  await read(0).answer()
  await read(1).answer()
  await both
  expect(freshness.isStale('0')).toBe(false)
})

it('keeps a doubt that came during a read, and reads again for it', async () => {
  const { freshness, read, reads } = setUp()
  freshness.doubt('0')
  const first = freshness.refresh('0')
  freshness.doubt('0')
  const second = freshness.refresh('0')
  expect(reads).toHaveLength(2)
  await read(0).answer()
  await first
  expect(freshness.isStale('0')).toBe(true)
  await read(1).answer()
  await second
  expect(freshness.isStale('0')).toBe(false)
})

it('keeps the doubt after a failed read', async () => {
  const { freshness, read, reads } = setUp()
  freshness.doubt('0')
  const failed = freshness.refresh('0').catch((error: unknown) => error)
  await read(0).answer(new Error('away'))
  expect(await failed).toEqual(new Error('away'))
  expect(freshness.isStale('0')).toBe(true)
  const again = freshness.refresh('0')
  expect(reads).toHaveLength(2)
  await read(1).answer()
  await again
  expect(freshness.isStale('0')).toBe(false)
})

it('doubts no page that a landed write has proved', () => {
  const { freshness } = setUp()
  freshness.doubt('0')
  freshness.prove('0')
  expect(freshness.isStale('0')).toBe(false)
})

it('ends by a read of all pages the doubts from before the read, and no later doubt', async () => {
  const { freshness, read } = setUp()
  freshness.doubt('0')
  freshness.doubt('1')
  const all = freshness.refreshAll()
  // A read of the page alone is under way, and a change of the page becomes known.
  const alone = freshness.refresh('1')
  freshness.doubt('1')
  await read(0).answer()
  await all
  expect([freshness.isStale('0'), freshness.isStale('1')]).toEqual([false, true])
  await read(1).answer()
  await alone
})
