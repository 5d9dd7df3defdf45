import { createManualClock, settle } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { createIdleClient } from './idle-client.ts'

function idleClient() {
  const clock = createManualClock(0)
  const life: string[] = []
  const opens: (() => Promise<number>)[] = []
  const clients = createIdleClient({
    clock,
    open: async () => {
      life.push('open')
      return (opens.shift() ?? (async () => life.length))()
    },
    close: async () => void life.push('close'),
  })
  return { clients, clock, life, opens }
}

it('a client is opened once for all uses, and closed five seconds after the last', async () => {
  const { clients, clock, life } = idleClient()
  const [a, b] = await Promise.all([clients.use(async (client) => client), clients.use(async (client) => client)])
  expect(a).toBe(b)
  await clock.advance(4000)
  await clients.use(async () => undefined)
  await clock.advance(4900)
  expect(life).toEqual(['open'])
  await clock.advance(200)
  expect(life).toEqual(['open', 'close'])
  expect(clock.sleeping).toBe(0)
  await clients.use(async () => undefined)
  expect(life).toEqual(['open', 'close', 'open'])
})

it('a client is not closed under a long use', async () => {
  const { clients, clock, life } = idleClient()
  const using = clients.use(() => clock.sleep(60_000))
  await settle()
  await clients.use(async () => undefined)
  await clock.advance(59_000)
  expect(life).toEqual(['open'])
  await clock.advance(7000)
  await using
  expect(life).toEqual(['open', 'close'])
})

it('a client that could not be opened is opened anew by the next use', async () => {
  const { clients, life, opens } = idleClient()
  opens.push(() => Promise.reject(new Error('ECONNREFUSED')))
  await expect(clients.use(async () => undefined)).rejects.toThrow('ECONNREFUSED')
  await clients.use(async () => undefined)
  expect(life).toEqual(['open', 'open'])
})
