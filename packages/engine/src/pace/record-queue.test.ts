import { expect, it } from 'vitest'
import { RecordQueue } from './record-queue.ts'

const AT_ONCE = 64
const FEW_AT_ONCE = 8
const MOST_WAITING = 10_000
const claimant = {}

/** Lets `count` callers enter the queue. @returns the callers that may write, in order of admission */
async function enter(queue: RecordQueue, count: number, admitted: number[] = []): Promise<number[]> {
  const from = admitted.length
  for (let index = 0; index < count; index++) void queue.enter().then(() => admitted.push(from + index))
  await turn()
  return admitted
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

it('lets some in at a time, in the order in which they came', async () => {
  const queue = new RecordQueue()
  const admitted = await enter(queue, 100)
  expect(admitted).toHaveLength(AT_ONCE)
  queue.leave()
  queue.leave()
  await turn()
  expect(admitted).toEqual(Array.from({ length: AT_ONCE + 2 }, (_, index) => index))
})

it('lets few in while claims wait, and none stand still', async () => {
  const queue = new RecordQueue()
  queue.noteClaims(claimant, true)
  const admitted = await enter(queue, 100)
  expect(admitted).toHaveLength(FEW_AT_ONCE)
  queue.leave()
  await turn()
  expect(admitted).toHaveLength(FEW_AT_ONCE + 1)
})

it('lets the others in as soon as nobody has a claim that waits', async () => {
  const queue = new RecordQueue()
  const other = {}
  queue.noteClaims(claimant, true)
  queue.noteClaims(other, true)
  const admitted = await enter(queue, 100)
  queue.noteClaims(other, false)
  await turn()
  expect(admitted).toHaveLength(FEW_AT_ONCE)
  queue.noteClaims(claimant, false)
  await turn()
  expect(admitted).toHaveLength(AT_ONCE)
})

it('prefers no claim once too many wait, until they are fewer again', async () => {
  const queue = new RecordQueue()
  queue.noteClaims(claimant, true)
  const admitted = await enter(queue, FEW_AT_ONCE + MOST_WAITING)
  expect(admitted).toHaveLength(FEW_AT_ONCE)
  await enter(queue, 1, admitted)
  expect(admitted).toHaveLength(FEW_AT_ONCE + 1)
  for (let index = 0; index < 3; index++) queue.leave()
  await turn()
  // Writes under way beyond the smaller limit go on, and no new write follows them.
  expect(admitted).toHaveLength(FEW_AT_ONCE + 3)
})
