import { describe, expect, it } from 'vitest'
import { meaningOf, toStoreError } from './s3-error.ts'
import { readTrouble } from './s3-trouble.ts'

/** An error like the SDK's. */
function serviceError(name: string, status: number, extra: object = {}): Error {
  return Object.assign(new Error(`about ${name}`), {
    name,
    $metadata: { httpStatusCode: status, attempts: 1 },
    ...extra,
  })
}

function systemError(code: string): Error {
  return Object.assign(new Error(`about ${code}`), { code })
}

describe('one code for each trouble', () => {
  it.each([
    ['InvalidAccessKeyId', 403, 'CREDENTIALS', false],
    ['SignatureDoesNotMatch', 403, 'CREDENTIALS', false],
    ['ExpiredToken', 400, 'CREDENTIALS', false],
    ['AccessDenied', 403, 'ACCESS_DENIED', false],
    ['Forbidden', 403, 'ACCESS_DENIED', false],
    ['NoSuchBucket', 404, 'NOT_FOUND', false],
    ['PermanentRedirect', 301, 'INVALID_CONNECTION', false],
    ['AuthorizationHeaderMalformed', 400, 'INVALID_CONNECTION', false],
    ['RequestTimeTooSkewed', 403, 'CLOCK_SKEW', true],
    ['SlowDown', 503, 'THROTTLED', true],
    ['TooManyRequests', 429, 'THROTTLED', true],
    ['Unknown', 429, 'THROTTLED', true],
    ['InternalError', 500, 'UNAVAILABLE', true],
    ['InternalError', 200, 'UNAVAILABLE', true],
    ['Unknown', 502, 'UNAVAILABLE', true],
    ['RequestTimeout', 400, 'UNAVAILABLE', true],
    ['XMinioStorageFull', 507, 'NO_SPACE', false],
    ['Unknown', 507, 'NO_SPACE', false],
    ['EntityTooLarge', 400, 'TOO_LARGE', false],
    ['KeyTooLongError', 400, 'INVALID_KEY', false],
    ['NotImplemented', 501, 'UNSUPPORTED', false],
    ['MissingContentLength', 411, 'UNSUPPORTED', false],
    ['InvalidArgument', 400, 'UNEXPECTED', false],
    ['constructor', 400, 'UNEXPECTED', false],
  ])('%s with status %i is %s', (name, status, code, retriable) => {
    const error = toStoreError(readTrouble(serviceError(name, status), 0), 'GET "k"', (text) => text)
    expect(error).toMatchObject({ code, retriable })
    expect(error.message).toMatch(new RegExp(`^GET "k": ${status} ${name}: about ${name}`))
  })

  it.each([
    ['ECONNREFUSED', 'NETWORK', true],
    ['ECONNRESET', 'NETWORK', true],
    ['ENOTFOUND', 'NETWORK', true],
    ['EAI_AGAIN', 'NETWORK', true],
    ['CERT_HAS_EXPIRED', 'TLS', false],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TLS', false],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'TLS', false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS', false],
    ['EPROTO', 'TLS', false],
  ])('%s is %s', (code, expected, retriable) => {
    const meaning = meaningOf(readTrouble(systemError(code), 0))
    expect({ code: meaning.code, retriable: meaning.retriable ?? false }).toEqual({ code: expected, retriable })
  })

  it.each(['ECONNREFUSED', 'ENOTFOUND'])('%s says what to look at, as nothing was reached', (code) => {
    const error = toStoreError(readTrouble(systemError(code), 0), 'GET "k"', (text) => text)
    expect(error.message).toMatch(/Check the endpoint, and that its server runs/)
  })

  it.each([
    [Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' }), 'CREDENTIALS'],
    [new Error('Region is missing'), 'INVALID_CONNECTION'],
    [new Error('socket hang up'), 'NETWORK'],
    [new SyntaxError('Unexpected token <'), 'CORRUPT'],
    ['a string', 'UNEXPECTED'],
    [undefined, 'UNEXPECTED'],
  ])('%s', (thrown, code) => {
    expect(meaningOf(readTrouble(thrown, 0)).code).toBe(code)
  })
})

describe('what the answer says beside its name', () => {
  it('is the region where the bucket is', () => {
    const trouble = readTrouble(serviceError('AuthorizationHeaderMalformed', 400, { Region: 'eu-west-1' }), 0)
    expect(toStoreError(trouble, 'GET', String).message).toMatch(/Set its region to 'eu-west-1'/)
    const header = { $response: { headers: { 'x-amz-bucket-region': 'eu-west-2' } } }
    expect(readTrouble(serviceError('PermanentRedirect', 301, header), 0).region).toBe('eu-west-2')
  })

  it.each([
    ['2', 2_000],
    ['Sun, 06 Nov 1994 08:49:39 GMT', 2_000],
    ['Sun, 06 Nov 1994 08:49:30 GMT', 0],
    ['soon', undefined],
  ])('is how long to wait: Retry-After %s', (header, expected) => {
    const now = Date.UTC(1994, 10, 6, 8, 49, 37)
    const error = serviceError('SlowDown', 503, { $response: { headers: { 'retry-after': header } } })
    expect(readTrouble(error, now).retryAfterMs).toBe(expected)
  })
})

it('takes known secrets out, and keeps nothing of the SDK error but its text', () => {
  const thrown = serviceError('Odd', 400, { $response: { headers: { 'x-amz-security-token': 'token' } } })
  thrown.message = 'you sent hunter2'
  const error = toStoreError(readTrouble(thrown, 0), 'GET', (text) => text.replaceAll('hunter2', '***'))
  expect(error.message).toContain('you sent ***')
  expect(error.cause).not.toBe(thrown)
  expect(Object.keys(error.cause as object)).not.toContain('$response')
})
