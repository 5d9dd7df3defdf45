// The facts that the scheduler builds on, and avoids: see docs/adr/0052.
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { Database } from '#s3db'
import { SOON, tell } from './tell.mjs'

class TracingPlugin {
  steps = []
  setInstanceName(name) {
    this.steps.push(`name ${name}`)
  }
  install(database) {
    this.steps.push(`install ${database.isConnected()}`)
  }
  start() {
    this.steps.push('start')
  }
  stop() {
    this.steps.push('stop')
  }
}

const [, , connectionString] = process.argv
const open = (options) => new Database({ connectionString, logLevel: 'silent', ...SOON, ...options })

const used = new TracingPlugin()
const database = open({})
await database.connect()
await database.usePlugin(used)
const steps = { used: [...used.steps] }

const { bucket, keyPrefix, region, endpoint, accessKeyId, forcePathStyle } = database.client.config
const settings = {
  bucket,
  keyPrefix,
  region,
  endpoint,
  accessKeyId,
  forcePathStyle,
  handler: database.client.httpHandler.constructor.name,
}

const sdk = database.client.client
for (const Key of ['a/1', 'b/1']) await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }))
const listings = await Promise.all(
  ['a/', 'b/'].map(async (Prefix) => {
    const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket, Prefix }))
    return Contents.map(({ Key }) => Key)
  }),
)
const bodies = await Promise.allSettled(
  [1, 2].map(async () => {
    const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: 'a/1' }))
    return Body.transformToString()
  }),
)
const readable = bodies.filter(({ status }) => status === 'fulfilled').length

await database.disconnect()
steps.afterDisconnect = used.steps.slice(steps.used.length)

const early = new TracingPlugin()
const late = open({})
await late.usePlugin(early)
await late.connect()
await late.disconnect()
steps.usedBeforeConnect = early.steps

const listed = new TracingPlugin()
const withPlugins = open({ plugins: [listed] })
await withPlugins.connect()
await withPlugins.disconnect()
steps.inConstructor = listed.steps

tell({ settings, steps, listings, readable })
