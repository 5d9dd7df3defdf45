import { describe, expect, it } from 'vitest'
import { openStore } from '@s3sched/store'
import { s3dbConnection } from './s3db-connection.ts'

const sdk = { send: () => undefined }

/** As in s3db.js 19; tooling/s3db-compat tests the real client. */
const config = {
  region: 'eu-west-1',
  bucket: 'my-bucket',
  accessKeyId: 'key/+',
  secretAccessKey: 'se:cr@et?',
  sessionToken: undefined,
  endpoint: 'http://localhost:9000',
  keyPrefix: 'some/pre fix',
  forcePathStyle: true,
}

function database(client: object): unknown {
  return { client: { config, client: sdk, httpHandler: {}, ...client } }
}

describe('s3dbConnection', () => {
  it('makes a connection string of the settings, which the store opens', () => {
    const connection = s3dbConnection(database({})) as string
    expect(connection).toMatch(/^s3:\/\/key%2F%2B:se%3Acr%40et%3F@my-bucket\/some\/pre%20fix\/?\?/)
    expect(openStore(connection).description).toContain('my-bucket/some/pre fix/')
    expect(openStore(connection).description).not.toContain('cr@et')
  })

  it('leaves the credentials to the default chain when there are none', () => {
    const settings = { ...config, accessKeyId: '', secretAccessKey: '', keyPrefix: '' }
    expect(s3dbConnection(database({ config: settings }))).toMatch(/^s3:\/\/my-bucket\?/)
  })

  it('passes a session token on', () => {
    const settings = { ...config, sessionToken: 'a+b/c=' }
    expect(s3dbConnection(database({ config: settings }))).toContain('sessionToken=a%2Bb%2Fc%3D')
  })

  it.each([null, undefined])('takes a client without its handler (%j) as it is', (httpHandler) => {
    const connection = { client: sdk, bucket: 'my-bucket', prefix: 'some/pre fix/' }
    expect(s3dbConnection(database({ httpHandler }))).toEqual(connection)
  })

  it('takes no memory or file client', () => {
    const client = { config: { bucket: 'x', keyPrefix: '', endpoint: 'memory://' } }
    expect(s3dbConnection({ client })).toBeUndefined()
  })

  it.each([undefined, null, {}, { client: null }, { client: {} }, { client: 'x' }, 5])('does not know %j', (other) => {
    expect(s3dbConnection(other)).toBeUndefined()
  })
})
