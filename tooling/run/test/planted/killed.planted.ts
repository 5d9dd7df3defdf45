import { setTimeout as sleep } from 'node:timers/promises'
import { it } from 'vitest'

it('does not end', async () => {
  process.kill(process.pid, 'SIGKILL')
  await sleep(60_000)
})
