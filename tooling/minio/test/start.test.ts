import { expect, it } from 'vitest'
import type { Attempt } from '../src/attempt.ts'
import { startMinio, type Way } from '../src/start.ts'

const started: Attempt = {
  outcome: 'started',
  what: 'a test',
  connection: { endpoint: 'http://127.0.0.1:1', accessKeyId: 'a', secretAccessKey: 'b' },
  watchdog: { release: async () => {} },
}
const fails =
  (reason: string): Way =>
  async () => ({ outcome: 'failed', reason })

it('takes the first way that works and asks no further', async () => {
  const asked: string[] = []
  const way = async (): Promise<Attempt> => {
    asked.push('second')
    return started
  }
  const never = async (): Promise<Attempt> => {
    asked.push('third')
    return started
  }
  expect(await startMinio([fails('no Docker'), way, never])).toEqual(started)
  expect(asked).toEqual(['second'])
})

it('gives every reason when nothing works', async () => {
  const none = await startMinio([fails('no Docker'), fails('no binary')])
  expect(none).toEqual({ outcome: 'none', reasons: ['no Docker', 'no binary'] })
})
