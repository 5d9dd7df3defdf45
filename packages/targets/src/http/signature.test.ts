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
  { ...request, secret: undefined },
])('refuses %j instead of a request', (given) => {
  const check = (): unknown => verifyWebhook(given as unknown as VerifyOptions)
  expect(check).toThrow(
    'verifyWebhook: expected { secret, headers, body }, with the body as received, before any parsing',
  )
})

it('tells no text of a secret', () => {
  const check = (): unknown => verifyWebhook({ ...request, body: 5 as unknown as string })
  expect(check).not.toThrow('c2VjcmV0')
  expect(check).toThrow('got { secret: a text of length 14, headers: {}, body: 5 }')
})

it('a message needs the context of a run', () => {
  expect(() => messageFor(undefined as never, null, 'done')).toThrow('messageFor: expected the context of a run')
})
