import { expect, it } from 'vitest'
import { settle } from './testing/index.ts'
import { mapParallel } from './map-parallel.ts'

it('keeps the order of the items and the limit', async () => {
  let running = 0
  let most = 0
  const results = await mapParallel([5, 4, 3, 2, 1], 2, async (item) => {
    most = Math.max(most, ++running)
    for (let turn = 0; turn < item; turn++) await settle()
    running--
    return item * 10
  })
  expect(results).toEqual([50, 40, 30, 20, 10])
  expect(most).toBe(2)
})

it('begins nothing more after a failure, and waits for what runs', async () => {
  const ended: number[] = []
  const work = async (item: number): Promise<void> => {
    if (item === 1) throw new Error('first')
    await settle()
    ended.push(item)
  }
  await expect(mapParallel([0, 1, 2, 3, 4], 2, work)).rejects.toThrow('first')
  expect(ended).toEqual([0])
})

it('does nothing with nothing', async () => {
  expect(await mapParallel([], 3, async () => expect.unreachable())).toEqual([])
})
