import { S3SchedError, silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { InsistentUpdates } from './insistent-updates.ts'

const away = (code = 'NETWORK') => new S3SchedError('away', { code })

/** Work that fails with each of these errors in turn, and succeeds afterwards. */
function setUp(failures: readonly unknown[]) {
  const clock = createManualClock(0)
  const giveUp = new AbortController()
  const said: string[] = []
  const seen = { tries: 0 }
  const logger = {
    ...silentLogger,
    warn: (message: string) => void said.push(`warn: ${message}`),
    error: (message: string) => void said.push(`error: ${message}`),
  }
  const work = async (): Promise<void> => {
    const failure = failures[seen.tries++]
    if (failure !== undefined) throw failure
  }
  const records = { update: () => work() as never }
  const updates = new InsistentUpdates({ clock, logger, random: createSeededRandom(1), records }, giveUp.signal)
  const trouble = { message: 'the end could not be written', givenUp: 'it will count as lost' }
  return { clock, giveUp, insist: () => updates.insist(work, trouble), said, seen, trouble, updates }
}

it('repeats a change until the store takes it, and tells of the failures from time to time', async () => {
  const { clock, said, seen, trouble, updates } = setUp(Array.from({ length: 9 }, () => away()))
  const written = updates.update('job', () => ({ stop: 'none' }), trouble)
  await clock.advance(600_000)
  expect(await written).toBe(true)
  expect(seen.tries).toBe(10)
  expect(said.slice(0, 2)).toEqual([
    'warn: the end could not be written yet: away',
    expect.stringMatching(
      /^warn: the end could not be written yet: away \(\d more of this kind since the last message\)$/,
    ),
  ])
  expect(said.length).toBeLessThan(9)
})

it('gives up at once when told so, also in the middle of a pause', async () => {
  const { clock, giveUp, insist, said, seen } = setUp(Array.from({ length: 100 }, () => away()))
  const insisting = insist()
  await clock.advance(0)
  giveUp.abort()
  expect(await insisting).toBe(false)
  expect(seen.tries).toBe(2)
  expect(said.at(-1)).toBe('error: the end could not be written; it will count as lost')
})

it('tries at once when the process stops, and then every second', async () => {
  const { clock, insist, seen, updates } = setUp(Array.from({ length: 12 }, () => away()))
  const insisting = insist()
  while (seen.tries < 9) await clock.advance(1000)
  updates.hurry()
  await clock.advance(0)
  expect(seen.tries).toBe(10)
  await clock.advance(3000)
  expect(await insisting).toBe(true)
})

it.each([
  ['a value that no repetition makes right', away('INVALID_RECORD')],
  ['a fault of the program', new TypeError('no function')],
])('does not repeat %s', async (_, failure) => {
  const { insist, said, seen } = setUp([failure])
  expect(await insist()).toBe(false)
  expect({ said, tries: seen.tries }).toEqual({
    said: ['error: the end could not be written; it will count as lost'],
    tries: 1,
  })
})

it('tries at once when the process stops, also after a try that is under way while another change pauses', async () => {
  const { clock, giveUp, trouble, updates } = setUp([])
  const tries: number[] = []
  const slow = async (): Promise<void> => {
    tries.push(clock.monotonic())
    await clock.sleep(5000)
    throw away()
  }
  const all = [
    updates.insistAfter(away(), () => Promise.reject(away()), trouble),
    updates.insistAfter(away(), slow, trouble),
  ]
  await clock.advance(2000)
  updates.hurry()
  await clock.advance(5000)
  expect(tries).toEqual([tries[0], (tries[0] as number) + 5000])
  giveUp.abort()
  await clock.advance(5000)
  expect(await Promise.all(all)).toEqual([false, false])
})
