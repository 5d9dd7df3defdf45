import { createHmac } from 'node:crypto'
import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { messageFor } from '../target-message.ts'
import { verifyWebhook, type VerifyOptions } from './signature.ts'

const request = { secret: 'whsec_c2VjcmV0', headers: {}, body: '{}' }

it('finds a request without the headers unsigned', () => {
  expect(verifyWebhook(request)).toBe('unsigned')
})

it.each([
  undefined,
  null,
  'x',
  { ...request, body: { parsed: true } },
  { ...request, headers: undefined },
  { ...request, headers: new Headers({ 'webhook-id': 'id' }) },
  { ...request, secret: undefined },
])('refuses %j instead of a request', (given) => {
  const check = (): unknown => verifyWebhook(given as unknown as VerifyOptions)
  expect(check).toThrow(
    'verifyWebhook: expected { secret, headers, body }, with a Headers of fetch as Object.fromEntries(headers), and the body as received, before any parsing',
  )
})

it.each([Buffer.from([0xff, 0xfe, 0x00, 0x80]), new Uint8Array([0xff, 0xfe])])(
  'takes the bytes %j as they are',
  (body) => {
    const clock = createManualClock()
    const timestamp = String(Math.floor(clock.now() / 1000))
    const hash = createHmac('sha256', Buffer.from('secret')).update(`id.${timestamp}.`).update(body).digest('base64')
    const headers = { 'webhook-id': 'id', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${hash}` }
    expect(verifyWebhook({ ...request, headers, body, clock })).toBe('valid')
    const other = Uint8Array.from([...body].with(0, 0xfd))
    expect(verifyWebhook({ ...request, headers, body: other, clock })).toBe('wrong')
  },
)

it('tells no text of a secret', () => {
  const check = (): unknown => verifyWebhook({ ...request, body: 5 as unknown as string })
  expect(check).not.toThrow('c2VjcmV0')
  expect(check).toThrow('got { secret: a text of length 14, headers: {}, body: 5 }')
})

it('a message needs the context of a run', () => {
  expect(() => messageFor(undefined as never, null, 'done')).toThrow('messageFor: expected the context of a run')
})
