import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect, it, vi } from 'vitest'
import { slowDown, slowServerDelays } from '../src/slow-server.ts'

it('leaves a server as quick as it is without the variable', () => {
  expect(slowServerDelays({})).toBeUndefined()
  expect(slowServerDelays({ S3SCHED_SLOW_SERVER: '' })).toBeUndefined()
})

it('draws delays below the limit, and a long delay at times', () => {
  const draws = [0.5, 0.4, 0.02, 0.999, 0.019]
  const delayMs = slowServerDelays({ S3SCHED_SLOW_SERVER: '250' }, () => draws.shift() ?? 1)
  expect([delayMs?.(), delayMs?.(), delayMs?.()]).toEqual([100, 249.75, 1500])
})

it.each(['yes', '0', '-5', '1.5'])('refuses "%s"', (setting) => {
  expect(() => slowServerDelays({ S3SCHED_SLOW_SERVER: setting })).toThrow(`such as 250, got "${setting}"`)
})

it('takes requests to the server through the delays, with the same keys', async () => {
  const server = createServer((_request, response) => response.end('here')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const delayMs = vi.fn<() => number>(() => 1)
  const slow = await slowDown({ endpoint, accessKeyId: 'a', secretAccessKey: 's' }, delayMs)
  expect(slow.connection).toMatchObject({ accessKeyId: 'a', secretAccessKey: 's' })
  const response = await fetch(slow.connection.endpoint)
  expect(await response.text()).toBe('here')
  expect(delayMs.mock.calls.length).toBeGreaterThanOrEqual(2)
  await slow.stop()
  server.closeAllConnections()
  server.close()
})
