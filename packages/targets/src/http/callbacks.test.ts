import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { createCallbacks, http, type TargetContext, type TargetMessage } from '../index.ts'

type Message = TargetMessage & { readonly callback?: string }

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function contextOf(signal: AbortSignal = new AbortController().signal): TargetContext {
  return { jobName: 'job', runId: 'run-1', scheduledTime: new Date(0), attempt: 1, signal }
}

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })

/** A target with callbacks, and its receiver, which accepts each message and keeps the addresses. */
async function start(headers: Record<string, string> = {}) {
  const place: { listener?: ReturnType<typeof createCallbacks>['listener'] } = {}
  const callbacks = createCallbacks({ url: `${await serve((...args) => place.listener?.(...args))}/ends?of=jobs` })
  place.listener = callbacks.listener
  const arrivals: ((message: Message) => void)[] = []
  const arrival = (): Promise<Message> => new Promise((resolve) => void arrivals.push(resolve))
  const looks: string[] = []
  const receiver = await serve((request, response) => {
    const accept = async (): Promise<void> => {
      const body = (await buffer(request)).toString()
      response.writeHead(202, headers).end()
      if (request.method === 'POST') arrivals.shift()?.(JSON.parse(body) as Message)
      else looks.push(request.url ?? '')
    }
    void accept()
  })
  return { action: http(receiver, { callbacks, pollMs: 100 }), arrival, callbacks, looks, receiver }
}

describe('a callback', () => {
  it('brings the result, once', async () => {
    const { action, arrival } = await start()
    const arrived = arrival()
    const running = action(contextOf())
    const { callback = '' } = await arrived
    expect(callback).toMatch(/\/ends\?of=jobs&token=.{22}$/)
    expect((await post(callback, { result: { sent: 42 } })).status).toBe(204)
    expect(await running).toEqual({ sent: 42 })
    expect((await post(callback, { result: { sent: 43 } })).status).toBe(404)
  })

  it('brings the failure', async () => {
    const { action, arrival } = await start()
    const arrived = arrival()
    const running = action(contextOf()).catch((error: unknown) => error)
    const { callback = '' } = await arrived
    await post(callback, { error: 'no such customer' })
    expect(await running).toMatchObject({
      code: 'FAILED',
      retriable: false,
      message: expect.stringContaining('no such customer') as string,
    })
  })

  it('ends the looks at a Location, which go on until then', async () => {
    const { action, arrival, looks } = await start({ location: '/work/1' })
    const arrived = arrival()
    const running = action(contextOf())
    const { callback = '' } = await arrived
    await expect.poll(() => looks).toContain('/work/1')
    await post(callback, { result: 7 })
    expect(await running).toBe(7)
  })

  it.each(['no JSON', 'null', '{}', '{"error":7}', JSON.stringify({ result: 'x'.repeat(70_000) })])(
    'with the body %.20s is refused, and may be corrected',
    async (wrong) => {
      const { action, arrival } = await start()
      const arrived = arrival()
      const running = action(contextOf())
      const { callback = '' } = await arrived
      expect((await post(callback, wrong)).status).toBe(400)
      await post(callback, { result: null })
      expect(await running).toBeNull()
    },
  )

  it('without the token, or by GET, ends nothing', async () => {
    const { callbacks } = await start()
    using expected = callbacks.expect()
    const status = async (url: string, init: RequestInit) => (await callbacks.handle(new Request(url, init))).status
    expect(await status('http://host/ends?of=jobs&token=guess', { method: 'POST', body: '{"result":1}' })).toBe(404)
    expect(await status(expected.url, {})).toBe(405)
    expect(await status(expected.url, { method: 'POST', body: '{"result":1}' })).toBe(204)
    expect(await expected.end).toBe(1)
  })

  it('finds nobody once the run has ended', async () => {
    const { action, arrival } = await start()
    const ending = new AbortController()
    const arrived = arrival()
    const running = action(contextOf(ending.signal)).catch((error: unknown) => error)
    const { callback = '' } = await arrived
    const reason = new Error('timeout')
    ending.abort(reason)
    expect(await running).toBe(reason)
    expect((await post(callback, { result: 1 })).status).toBe(404)
  })

  it('is not offered by a run that does not wait', async () => {
    const { arrival, callbacks, receiver } = await start()
    const arrived = arrival()
    await http(receiver, { callbacks, wait: 'accepted' })(contextOf())
    expect((await arrived).callback).toBeUndefined()
  })
})

it('wants an address of this process', () => {
  expect(() => createCallbacks({ url: 'nowhere' })).toThrow(/expected url to be an address/)
})
