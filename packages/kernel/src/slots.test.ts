import { expect, it } from 'vitest'
import { Slots } from './slots.ts'
import { settle } from './testing/index.ts'

it('runs some works at once, and the others in the order of their arrival, also after a failure', async () => {
  const slots = new Slots(2)
  const begun: string[] = []
  const ends = new Map<string, (error?: Error) => void>()
  const run = (name: string): Promise<void> =>
    slots.run(() => {
      begun.push(name)
      return new Promise<void>((resolve, reject) => {
        ends.set(name, (error) => (error === undefined ? resolve() : reject(error)))
      })
    })
  const first = run('a')
  const others = ['b', 'c', 'd'].map(run)
  await settle()
  expect(begun).toEqual(['a', 'b'])
  ends.get('a')?.(new Error('no'))
  await expect(first).rejects.toThrow('no')
  await settle()
  expect(begun).toEqual(['a', 'b', 'c'])
  ends.get('b')?.()
  await settle()
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
  for (const end of ends.values()) end()
  await Promise.all(others)
})
