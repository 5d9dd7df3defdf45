import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore } from '@s3sched/store'
import { expect, it } from 'vitest'
import type { Io } from '../io.ts'
import { progressText, withProgress } from './progress.ts'

const setUp = (isTerminal: boolean) => {
  const clock = createManualClock()
  const written: string[] = []
  const out = { isTerminal, columns: 80, rows: 24, write: async (text: string) => void written.push(text) }
  const io: Io = {
    stdout: out,
    stderr: out,
    readStdin: async () => '',
    env: {},
    clock,
    random: createSeededRandom(1),
    signal: new AbortController().signal,
    hasFolder: () => false,
    openStore: () => createMemoryStore(),
    inspectBucket: async () => undefined,
  }
  return { clock, written, io }
}

it('says nothing about what takes less than a second', async () => {
  const { clock, io, written } = setUp(true)
  const work = withProgress(
    io,
    'Reading',
    clock.sleep(900).then(() => 7),
  )
  await clock.advance(900)
  expect(await work).toBe(7)
  expect(written).toEqual([])
  expect(clock.sleeping).toBe(0)
})

it('says what is waited for, and wipes it away', async () => {
  const { clock, io, written } = setUp(true)
  const work = withProgress(io, 'Reading', clock.sleep(2400))
  await clock.advance(2400)
  await work
  expect(written[0]).toBe('\r\u001B[KReading … 1s')
  expect(written.at(-2)).toBe('\r\u001B[KReading … 2s')
  expect(written.at(-1)).toBe('\r\u001B[K')
})

it('wipes it away when the work fails', async () => {
  const { clock, io, written } = setUp(true)
  const work = withProgress(
    io,
    'Reading',
    clock.sleep(1500).then(() => Promise.reject(new Error('away'))),
  )
  const [failed] = await Promise.allSettled([work, clock.advance(1500)])
  expect(failed).toMatchObject({ status: 'rejected', reason: { message: 'away' } })
  expect(written.at(-1)).toBe('\r\u001B[K')
})

it('says nothing where nobody looks', async () => {
  const { clock, io, written } = setUp(false)
  const work = withProgress(io, 'Reading', clock.sleep(5000))
  await clock.advance(5000)
  await work
  expect(written).toEqual([])
})

it('tells how many requests were made, how many there will be, and how long they will take', async () => {
  const { clock, io, written } = setUp(true)
  const meter = { made: 10, expected: 1010 }
  const work = withProgress(io, 'Reading', clock.sleep(2400), meter)
  meter.made += 100
  await clock.advance(2400)
  await work
  expect(written[0]).toBe('\r\u001B[KReading … 1s, 100 of about 1,010 requests, 10s left')
  expect(progressText(5000, 0, 100)).toBe('5s')
  expect(progressText(5000, 20, undefined)).toBe('5s, 20 requests')
  expect(progressText(5000, 120, 100)).toBe('5s, 120 of about 120 requests')
  expect(progressText(60_000, 100, 10_000)).toBe('60s, 100 of about 10,000 requests, 1h 39m left')
})
