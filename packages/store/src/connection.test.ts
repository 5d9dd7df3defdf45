import { resolve } from 'node:path'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseConnection } from './connection.ts'
import { StoreError } from './store-error.ts'

function credentialsOf(connection: string): unknown {
  const parsed = parseConnection(connection)
  return parsed.kind === 's3' ? parsed.credentials?.() : undefined
}

function refusalOf(connection: string): StoreError {
  try {
    parseConnection(connection)
  } catch (error) {
    if (error instanceof StoreError && error.code === 'INVALID_CONNECTION') return error
    throw error
  }
  throw new Error(`${connection} was accepted`)
}

describe('memory and file', () => {
  it.each([
    ['memory://trial', { kind: 'memory', name: 'trial', prefix: '' }],
    ['memory://trial/some/prefix', { kind: 'memory', name: 'trial', prefix: 'some/prefix/' }],
    ['file:///var/lib/app', { kind: 'file', directory: '/var/lib/app' }],
    ['file:///with%20space/a#b', { kind: 'file', directory: '/with space/a#b' }],
    ['file://.s3sched', { kind: 'file', directory: resolve('.s3sched') }],
    ['file://Data/Below', { kind: 'file', directory: resolve('Data/Below') }],
    ['FILE:///x', { kind: 'file', directory: '/x' }],
  ])('%s', (connection, expected) => {
    expect(parseConnection(connection)).toEqual(expected)
  })
})

describe('Azure', () => {
  const secretOf = (connection: string): unknown => {
    const parsed = parseConnection(connection)
    return parsed.kind === 'azure' ? parsed.secret?.() : undefined
  }

  it('leaves the credentials to the default chain when it says none', () => {
    expect(parseConnection('az://myaccount/jobs/my/app')).toEqual({
      kind: 'azure',
      account: 'myaccount',
      container: 'jobs',
      prefix: 'my/app/',
      endpoint: 'https://myaccount.blob.core.windows.net',
    })
  })

  it('takes a key, with its slashes, or a signature, and shows neither', () => {
    const connection = 'az://:a/b+c==@myaccount/jobs?endpoint=http://127.0.0.1:10000/myaccount/'
    expect(parseConnection(connection)).toMatchObject({ endpoint: 'http://127.0.0.1:10000/myaccount', prefix: '' })
    expect(secretOf(connection)).toEqual({ accountKey: 'a/b+c==' })
    expect(secretOf('az://myaccount/jobs?sasToken=%3Fsv%3D1%26sig%3Da%252Bb')).toEqual({ sasToken: 'sv=1&sig=a%2Bb' })
    expect(inspect(parseConnection(connection), { depth: 9 })).not.toContain('a/b+c')
  })

  it.each([
    ['az://myaccount', /container/],
    ['az://My-Account/jobs', /account/],
    ['az://myaccount/JOBS', /container/],
    ['az://name:a2V5@myaccount/jobs', /':accountKey' before the '@'/],
    ['az://:not-base64!@myaccount/jobs', /base64/],
    ['az://:a2V5@myaccount/jobs?sasToken=x', /contradicts/],
    ['az://myaccount/jobs?sastoken=x', /unknown parameter/],
    ['az://myaccount/jobs?endpoint=ftp://host', /endpoint/],
  ])('refuses %s', (connection, message) => {
    expect(refusalOf(connection).message).toMatch(message)
    expect(refusalOf(connection).message).not.toMatch(/a2V5|not-base64/)
  })
})

describe('Google Cloud', () => {
  it('is a bucket, a prefix and perhaps an endpoint', () => {
    const endpoint = 'https://storage.googleapis.com'
    expect(parseConnection('gs://my.bucket/my/app')).toEqual({
      kind: 'google',
      bucket: 'my.bucket',
      prefix: 'my/app/',
      endpoint,
    })
    expect(parseConnection('gs://bucket?endpoint=http://127.0.0.1:4443/')).toMatchObject({
      endpoint: 'http://127.0.0.1:4443',
    })
  })

  it.each([
    ['gs://', /bucket/],
    ['gs://Bucket', /bucket/],
    ['gs://key:hunter2@bucket', /takes no credentials/],
    ['gs://bucket?region=x', /unknown parameter/],
  ])('refuses %s', (connection, message) => {
    expect(refusalOf(connection).message).toMatch(message)
    expect(refusalOf(connection).message).not.toContain('hunter2')
  })
})

describe('S3', () => {
  it('takes the region and the credentials from the environment when it says none', () => {
    expect(parseConnection('s3://my-bucket')).toEqual({
      kind: 's3',
      bucket: 'my-bucket',
      prefix: '',
      forcePathStyle: false,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    })
  })

  it('reads every parameter', () => {
    const query = 'region=eu-west-1&endpoint=https://minio.local:9000&forcePathStyle=false&sessionToken=a%2Bb/c+d='
    const connection = `s3://AKIA:abc/def+g%40h@my-bucket/a/b?${query}&requestChecksumCalculation=WHEN_SUPPORTED`
    expect(parseConnection(connection)).toMatchObject({
      bucket: 'my-bucket',
      prefix: 'a/b/',
      region: 'eu-west-1',
      endpoint: 'https://minio.local:9000',
      forcePathStyle: false,
      requestChecksumCalculation: 'WHEN_SUPPORTED',
    })
    expect(credentialsOf(connection)).toEqual({
      accessKeyId: 'AKIA',
      secretAccessKey: 'abc/def+g@h',
      sessionToken: 'a+b/c+d=',
    })
    expect(parseConnection('s3://my-bucket?profile=work')).toMatchObject({ profile: 'work' })
  })

  it('uses paths for buckets when there is an endpoint, and a region that servers expect', () => {
    expect(parseConnection('s3://my-bucket?endpoint=http://localhost:9000')).toMatchObject({
      forcePathStyle: true,
      region: 'us-east-1',
    })
    expect(parseConnection('s3://my-bucket?forcePathStyle=true')).toMatchObject({ forcePathStyle: true })
  })

  it('takes the endpoint from an address', () => {
    const connection = 'http://key:sec/ret@localhost:9000/my-bucket/pre/fix/?region=here'
    expect(parseConnection(connection)).toMatchObject({
      endpoint: 'http://localhost:9000',
      bucket: 'my-bucket',
      prefix: 'pre/fix/',
      region: 'here',
      forcePathStyle: true,
    })
    expect(credentialsOf(connection)).toEqual({ accessKeyId: 'key', secretAccessKey: 'sec/ret' })
  })

  it('does not take an @ in a prefix for the end of credentials', () => {
    expect(parseConnection('https://host:9000/my-bucket/me@home')).toMatchObject({ prefix: 'me@home/' })
    expect(parseConnection('s3://my-bucket/me:you@home')).toMatchObject({ prefix: 'me:you@home/' })
  })

  it('hides the credentials from whoever inspects or serialises it', () => {
    const parsed = parseConnection('s3://AKIA:hunter2@my-bucket?sessionToken=hunter3')
    expect(inspect(parsed, { depth: 9, showHidden: true }) + JSON.stringify(parsed)).not.toMatch(/hunter/)
  })
})

describe('what is wrong is refused, and the message says what to write', () => {
  it.each([
    ['', /expected SCHEME/],
    ['my-bucket', /expected SCHEME/],
    ['file:/dir', /expected SCHEME/],
    ['s4://my-bucket', /unknown scheme "s4".*Did you mean 's3/],
    ['gopher://my-bucket', /unknown scheme "gopher".*Write one of/],
    ['memory://', /expected a name/],
    ['memory://a b', /expected a name/],
    ['memory://a?x=1', /unknown parameter '\*\*\*'/],
    ['file://', /directory is missing/],
    ['file:///a?b', /unknown parameter.*%3F/],
    ['file:///%zz', /can't be read/],
    ['file://a%00b', /zero byte/],
    ['s3://', /bucket is missing/],
    ['s3:///prefix', /bucket is missing/],
    ['s3://key:secret@localhost:9000/bucket', /3 to 63 letters.*looks like a server: write http:/],
    ['http://host:9000', /bucket is missing.*http:\/\/host\/bucket/],
    ['http://host:9000/', /bucket is missing/],
    ['s3://my_Bücket', /3 to 63/],
    ['s3://ab', /3 to 63/],
    ['s3://my-bucket?regoin=x', /unknown parameter 'regoin'. Did you mean 'region'/],
    ['s3://my-bucket?region=', /'region' has no value/],
    ['s3://my-bucket?region=a&region=b', /'region' stands there twice/],
    ['s3://my-bucket?forcePathStyle=yes', /forcePathStyle to be true or false, got "yes"/],
    ['s3://my-bucket?endpoint=minio:9000', /endpoint is not an address/],
    ['s3://my-bucket?endpoint=https://h/?x=1', /address alone/],
    ['https://h/my-bucket?endpoint=https://h', /contradicts the host/],
    ['s3://my-bucket?serverSideEncryption=kms', /serverSideEncryption to be AES256 or aws:kms or aws:kms:dsse/],
    ['s3://my-bucket?kmsKeyId=k', /'kmsKeyId' is the key of another serverSideEncryption/],
    ['s3://my-bucket?kmsKeyId=k&serverSideEncryption=AES256', /'kmsKeyId' is the key of another/],
    ['s3://key@my-bucket', /expected 'key:secret'/],
    ['s3://key:@my-bucket', /expected 'key:secret'/],
    ['s3://:secret@my-bucket', /expected 'key:secret'/],
    ['s3://key:50%@my-bucket', /%25/],
    ['s3://key:sec@ret@my-bucket', /more than one '@'/],
    ['s3://my-bucket?sessionToken=t', /needs the key and the secret/],
    ['s3://key:secret@my-bucket?profile=x', /'profile' contradicts/],
    ['s3://my-bucket/a//b', /empty segments/],
    ['s3://my-bucket/../b', /'\.\.' as a segment/],
    ['http://exa mple/my-bucket', /endpoint is not an address/],
  ])('%s', (connection, words) => {
    expect(refusalOf(connection).message).toMatch(words)
  })
})

it('throws nothing else, whatever it is given', () => {
  const part = fc.constantFrom(
    's3',
    'http',
    'file',
    'memory',
    '://',
    ':',
    '/',
    '@',
    '?',
    '=',
    '&',
    '%',
    '%40',
    '..',
    'bucket',
    'ä',
    ' ',
    '#',
  )
  const connection = fc.oneof(
    fc.string(),
    fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
  )
  const given: string[] = []
  const property = fc.property(connection, (text) => {
    given.push(text)
    try {
      return typeof parseConnection(text).kind === 'string'
    } catch (error) {
      return error instanceof StoreError && error.code === 'INVALID_CONNECTION'
    }
  })
  expect(fc.check(property, { numRuns: 3_000 })).toMatchObject({ failed: false, counterexample: null })
  expect(given).toHaveLength(3_000)
})
