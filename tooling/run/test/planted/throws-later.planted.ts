import { setTimeout as sleep } from 'node:timers/promises'
import { it } from 'vitest'

it('throws in a callback', async () => {
  setTimeout(() => {
    throw new TypeError('planted')
  })
  await sleep(10)
})
