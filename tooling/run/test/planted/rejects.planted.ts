import { setTimeout as sleep } from 'node:timers/promises'
import { it } from 'vitest'

it('leaves a rejection to nobody', async () => {
  void Promise.reject(new Error('planted', { cause: Object.assign(new Error('gone'), { code: 'ECONNRESET' }) }))
  await sleep(1)
})
