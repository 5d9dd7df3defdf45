import { createManualClock } from '@s3sched/kernel/testing'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { send, type PostInit } from './deliver.ts'

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' })

it.each([
  ['the reason of fetch', new TypeError('fetch failed', { cause: refused }), 'connect ECONNREFUSED 127.0.0.1:9'],
  [
    'the code where several addresses were tried',
    new TypeError('fetch failed', { cause: Object.assign(new AggregateError([refused]), { code: 'ECONNREFUSED' }) }),
    'ECONNREFUSED',
  ],
  ['any other error as it is', new TypeError('Invalid URL'), 'Invalid URL'],
])('names %s', async (_, thrown, message) => {
  const deps = { clock: createManualClock(), post: () => Promise.reject(thrown) }
  const { signal } = new AbortController()
  await expect(send(deps, 'http://127.0.0.1:9/', { method: 'GET' }, signal)).rejects.toThrow(message)
})

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

/** A receiver that redirects the first request to a page that answers with 200. */
async function redirecting(status: number): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = []
  const server = createServer(({ method, url }, response) => {
    seen.push(`${method} ${url}`)
    response.writeHead(url === '/page' ? 200 : status, { location: '/page' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=hunter2`, seen }
}

const real = { clock: createManualClock(), post: (url: string, init: PostInit) => fetch(url, init) }
const never = new AbortController().signal

it.each([301, 302, 303, 307, 308])('takes no redirected message (%i) for delivered', async (status) => {
  const { seen, url } = await redirecting(status)
  await expect(send(real, url, { method: 'POST', body: '{}' }, never)).rejects.toThrow(
    /^answered \d+, a redirect to another path of http:\/\/127\.0\.0\.1:\d+; redirects are not followed, since .*: give the final address$/,
  )
  expect(seen).toEqual(['POST /hook?token=hunter2'])
})

it('follows the redirect of a ping, which is a GET', async () => {
  const { seen, url } = await redirecting(301)
  await send(real, url, { method: 'GET' }, never)
  expect(seen).toEqual(['GET /hook?token=hunter2', 'GET /page'])
})
