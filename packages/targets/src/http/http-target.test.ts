import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { AddressInfo } from 'node:net'
import { createManualClock, settle } from '@s3sched/kernel/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { http, verifyWebhook, type HttpOptions, type TargetContext } from '../index.ts'

interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

type Answer = readonly [status: number, headers?: Record<string, string>, body?: string] | 'lost' | 'cut' | 'silent'

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

/** A receiver that gives its answers one after the other, the last one for all further requests. */
async function receiver(...answers: readonly Answer[]): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const answered = async (): Promise<void> => {
      const { headers, method = '', url: path = '' } = request
      seen.push({ method, path, headers, body: (await buffer(request)).toString() })
      give(answers[Math.min(seen.length, answers.length) - 1] ?? 'silent', response)
    }
    void answered()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/run?token=hunter2`, seen }
}

function give(answer: Answer, response: ServerResponse): void {
  if (answer === 'silent') return
  if (answer === 'lost') response.destroy()
  else if (answer === 'cut') response.writeHead(200, { 'content-length': '9' }).write('half', () => response.destroy())
  else response.writeHead(answer[0], answer[1]).end(answer[2])
}

const never = new AbortController().signal

function contextOf(more: Partial<TargetContext> = {}): TargetContext {
  const scheduledTime = new Date(Date.UTC(2031, 0, 1))
  return { jobName: 'täglich', runId: 'run-1', scheduledTime, attempt: 2, fence: 7, signal: never, ...more }
}

function run(url: string, options: HttpOptions = {}, more: Partial<TargetContext> = {}): Promise<unknown> {
  return http(url, options)(undefined, contextOf(more))
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }

describe('the message', () => {
  it('carries the run id as the key, the fence, the tick and the payload', async () => {
    const { seen, url } = await receiver([200])
    await run(url, { payload: ({ jobName }) => ({ for: jobName }), headers: { authorization: 'Bearer x' } })
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/run?token=hunter2' })
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      v: 1,
      job: 'täglich',
      runId: 'run-1',
      idempotencyKey: 'run-1',
      timeoutMs: null,
      tick: '2031-01-01T00:00:00.000Z',
      attempt: 2,
      fence: 7,
      payload: { for: 'täglich' },
    })
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer x',
      'idempotency-key': 'run-1',
      'x-s3sched-fence': '7',
      'x-s3sched-tick': '2031-01-01T00:00:00.000Z',
      'x-s3sched-job': 't%C3%A4glich',
    })
  })

  it('has its own key beside headers of the same name in other letters', async () => {
    const { seen, url } = await receiver([200])
    await run(url, { headers: { 'Idempotency-Key': 'other', 'Content-Type': 'text/plain' } })
    expect(seen[0]?.headers).toMatchObject({ 'idempotency-key': 'run-1', 'content-type': 'application/json' })
  })

  it('is signed, so that the receiver knows its origin and its age', async () => {
    const { seen, url } = await receiver([200])
    const clock = createManualClock(Date.UTC(2031, 0, 1))
    const secret = 'a secret of many characters'
    await run(url, { secret, clock })
    const { body = '', headers = {} } = seen[0] ?? {}
    expect(verifyWebhook({ secret, headers, body, clock })).toBe('valid')
    expect(verifyWebhook({ secret, headers, body: `${body} `, clock })).toBe('wrong')
    expect(verifyWebhook({ secret: `${secret}!`, headers, body, clock })).toBe('wrong')
    expect(verifyWebhook({ secret, headers: {}, body, clock })).toBe('unsigned')
    await clock.advance(301_000)
    expect(verifyWebhook({ secret, headers, body, clock })).toBe('stale')
  })

  it('is signed as Standard Webhooks say', () => {
    const headers = {
      'Webhook-Id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'Webhook-Timestamp': '1614265330',
      'Webhook-Signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,other',
    }
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const clock = createManualClock(1614265330_000)
    expect(verifyWebhook({ secret, headers, body: '{"test": 2432232314}', clock })).toBe('valid')
  })
})

describe('the answer', () => {
  it.each<[string, Answer, unknown]>([
    ['JSON', [200, JSON_TYPE, '{"sent":3}'], { sent: 3 }],
    ['text', [200, {}, 'sent'], 'sent'],
    ['nothing', [204], undefined],
    ['JSON that is none', [200, JSON_TYPE, '<html>'], '<html>'],
    ['more than can be kept', [200, {}, 'x'.repeat(70_000)], undefined],
  ])('%s becomes the result of the run', async (_, answer, result) => {
    const { url } = await receiver(answer)
    expect(await run(url)).toEqual(result)
  })

  it.each([408, 409, 425, 429, 500, 502, 503, 504])('%i asks for a later attempt', async (status) => {
    const { url } = await receiver([status, { 'retry-after': '7' }, 'busy'])
    await expect(run(url)).rejects.toMatchObject({ code: 'UNAVAILABLE', retriable: true, retryAfterMs: 7000 })
  })

  it.each([300, 400, 401, 404, 410, 422, 501])('%i is final, and shows no query of the URL', async (status) => {
    const { url } = await receiver([status, { location: '/elsewhere' }, 'no'])
    const error = await run(url).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'REFUSED', retriable: false, context: { status } })
    expect(String(error)).toMatch(
      /\/run refused the message: status \d+, 'no'|\/run refused the message: status \d+, "no"/,
    )
    expect(String(error)).not.toContain('hunter2')
  })

  it.each([301, 302, 303, 307, 308])('%i is final, and says that redirects are not followed', async (status) => {
    const { seen, url } = await receiver([status, { location: 'https://login.example/hunter2?next=hunter2' }, 'moved'])
    const error = await run(url).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'REFUSED', retriable: false, context: { status } })
    expect(String(error)).toMatch(
      /\/run did not take the message: status \d+, a redirect to https:\/\/login\.example; redirects are not followed, since .* Give the final address to http\(\)$/,
    )
    expect(String(error)).not.toContain('hunter2')
    expect(seen.length).toBe(1)
  })

  it.each(['lost', 'cut'] as const)('that is %s may be tried again, with the same key', async (answer) => {
    const { url } = await receiver(answer)
    await expect(run(url)).rejects.toMatchObject({ code: 'UNAVAILABLE', retriable: true })
  })

  it('is not awaited after the end of the attempt', async () => {
    const { url } = await receiver('silent')
    const ending = new AbortController()
    const running = run(url, {}, { signal: ending.signal })
    const reason = new Error('the time of the attempt is over')
    ending.abort(reason)
    await expect(running).rejects.toBe(reason)
  })
})

describe('work that goes on after the answer', () => {
  const accepted = [202, { location: '/work/1', 'retry-after': '2' }] as const

  it('is followed to its result, as often as the receiver asks', async () => {
    const script: Answer[] = [accepted, [202], 'lost', [503, { 'retry-after': '9' }], [200, JSON_TYPE, '{"rows":5}']]
    const { seen, url } = await receiver(...script)
    const clock = createManualClock(0)
    const running = run(url, { clock, pollMs: 1000 })
    for (const [looks, waitMs] of [2000, 1000, 1000, 9000].entries()) {
      while (clock.sleeping === 0) await settle()
      expect(seen.length).toBe(looks + 1)
      await clock.advance(waitMs)
    }
    expect(await running).toEqual({ rows: 5 })
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /run?token=hunter2',
      ...Array.from({ length: 4 }, () => 'GET /work/1'),
    ])
  })

  it('fails when the receiver says so', async () => {
    const { url } = await receiver(accepted, [410, {}, 'the work was given up'])
    const clock = createManualClock(0)
    const running = run(url, { clock }).catch((error: unknown) => error)
    while (clock.sleeping === 0) await settle()
    await clock.advance(2000)
    expect(await running).toMatchObject({ code: 'FAILED', retriable: false })
  })

  it('has no known end where a look is redirected', async () => {
    const { url } = await receiver(accepted, [303, { location: '/results/1' }])
    const clock = createManualClock(0)
    const running = run(url, { clock }).catch((error: unknown) => error)
    while (clock.sleeping === 0) await settle()
    await clock.advance(2000)
    const error = await running
    expect(error).toMatchObject({ code: 'FAILED', retriable: false })
    expect(String(error)).toMatch(
      /the end of the work at .*\/work\/1 can't be known: status 303, a redirect to another path of http:.*; redirects are not followed/,
    )
  })

  it('is not followed where nobody waits for it', async () => {
    const { seen, url } = await receiver(accepted)
    expect(await run(url, { wait: 'accepted' })).toBeUndefined()
    expect(seen.length).toBe(1)
  })

  it('is not followed to another origin, which would get the signature', async () => {
    const { seen, url } = await receiver([202, { location: 'http://127.0.0.1:1/work' }])
    await expect(run(url)).rejects.toMatchObject({ code: 'FAILED', retriable: false })
    expect(seen.length).toBe(1)
  })

  it('cannot be followed without a Location', async () => {
    const { url } = await receiver([202])
    await expect(run(url)).rejects.toMatchObject({ code: 'FAILED', retriable: false })
  })

  it('is followed no longer than the attempt lasts', async () => {
    const { url } = await receiver(accepted)
    const ending = new AbortController()
    const clock = createManualClock(0)
    const running = run(url, { clock }, { signal: ending.signal })
    while (clock.sleeping === 0) await settle()
    const reason = new Error('cancelled')
    ending.abort(reason)
    await expect(running).rejects.toBe(reason)
  })
})

it('refuses what is no address, without showing a password in it', () => {
  for (const url of ['nowhere', 'ftp://host/', 'https://user:hunter2@host/']) {
    expect(() => http(url)).toThrow(/expected the address of a receiver/)
    expect(() => http(url)).not.toThrow(/hunter2/)
  }
  expect(() => http('https://host/', { secret: 'short' })).toThrow(/24 characters or more, got a text of length 5/)
  const headers = { authorization: ['Bearer hunter2'] } as never
  expect(() => http('https://host/', { headers })).toThrow(/^(?!.*hunter2).*expected headers to be an object of texts/)
  expect(() => http('https://host/', { wait: 'maybe' as 'done' })).toThrow(/'accepted', 'done'/)
})
