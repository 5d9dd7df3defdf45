import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { slowServer } from '../src/slow-server.ts'

let server: Server
let endpoint: string
beforeEach(async () => {
  server = createServer((_request, response) => response.end('here')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

it.each([{}, { S3SCHED_SLOW_SERVER: '' }])('leaves a server as quick as it is with %o', async (env) => {
  expect((await slowServer(endpoint, env)).endpoint).toBe(endpoint)
})

it.each([
  ['usual', 0.5, 0.5 * 200],
  ['rare', 0.01, 6 * 200],
])('takes requests and answers through %s delays', async (_, draw, delayMs) => {
  const random = vi.fn<() => number>(() => draw)
  const slow = await slowServer(endpoint, { S3SCHED_SLOW_SERVER: '200' }, random)
  const from = performance.now()
  const response = await fetch(slow.endpoint)
  expect(await response.text()).toBe('here')
  // A timer of Node may fire a millisecond early.
  expect(performance.now() - from).toBeGreaterThan(2 * delayMs - 10)
  expect(random).toHaveBeenCalled()
  await slow.stop()
})

it.each(['yes', '0', '-5', '1.5'])('refuses "%s"', async (setting) => {
  await expect(slowServer(endpoint, { S3SCHED_SLOW_SERVER: setting })).rejects.toThrow(`such as 250, got "${setting}"`)
})
