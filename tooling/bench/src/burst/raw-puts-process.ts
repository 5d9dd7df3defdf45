import { Agent } from 'node:http'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { givenArgs, tell } from '../process/inside.ts'
import { watchLoop, type LongestBlock } from '../process/watch-loop.ts'

export interface RawPutsArgs {
  /** A connection string with an address. */
  readonly store: string
  readonly puts: number
  readonly concurrency: number
}

export interface RawPuts {
  /** Time for all PUTs, in ms. */
  readonly tookMs: number
  readonly longestBlock: LongestBlock
  /** Time of this process on a core meanwhile, in ms. */
  readonly cpuMs: number
}

/** The SDK alone: parallel PUTs of new objects with the length of a job's record. */
const { concurrency, puts, store } = givenArgs() as RawPutsArgs
const url = new URL(store)
const client = new S3Client({
  endpoint: url.origin,
  region: 'us-east-1',
  forcePathStyle: true,
  maxAttempts: 1,
  credentials: { accessKeyId: url.username, secretAccessKey: url.password },
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: concurrency }) }),
})
const Bucket = url.pathname.slice(1)
const Body = new TextEncoder().encode(JSON.stringify({ v: 1, padding: 'x'.repeat(1200) }))
const put = (index: number): Promise<unknown> =>
  client.send(new PutObjectCommand({ Bucket, Key: `raw/${index}`, Body }))

await inParallel(Math.min(500, puts), (index) => put(-index))
const cpuBefore = process.cpuUsage()
const endOfWatch = watchLoop()
const from = performance.now()
await inParallel(puts, put)
const tookMs = performance.now() - from
const cpu = process.cpuUsage(cpuBefore)
await tell({ tookMs, longestBlock: endOfWatch(), cpuMs: (cpu.user + cpu.system) / 1000 })
client.destroy()
process.disconnect()

async function inParallel(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}
