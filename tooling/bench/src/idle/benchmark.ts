import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { startRedis } from '@s3sched-tooling/engines'
import type { Measurement } from '../measurement.ts'
import { startMinio } from '../server/minio.ts'
import { median } from '../statistics.ts'

const IDLE = new URL('idle-process.mjs', import.meta.url)
const BUILT = new URL('../../../../packages/plugin/dist/index.js', import.meta.url)
const ROUNDS = 3

/**
 * The resident memory of an idle process with 100 jobs an hour: ours, on MinIO, beside BullMQ, croner and an empty node.
 * Needs built packages, and Linux.
 *
 * - `S3SCHED_BENCH_IDLE_MS`: the wait before the measurement, 20 s by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  if (!existsSync(BUILT)) throw new Error('the packages are not built: run `npm test -- build` first')
  const minio = await startMinio()
  const redis = await startRedis()
  try {
    const measurements: Measurement[] = [
      { name: 'an empty node', value: await residentOf('nothing'), unit: 'MiB' },
      { name: 'croner', value: await residentOf('croner'), unit: 'MiB' },
    ]
    if (redis !== undefined) {
      measurements.push({ name: 'BullMQ', value: await residentOf('bullmq', redis.url), unit: 'MiB' })
    }
    if (minio !== undefined) {
      const store = await minio.bucket()
      const first = await residentOnce('s3sched', store)
      const later = await residentOf('s3sched', store)
      measurements.push(
        { name: 's3sched, the first start on a bucket, with its probe', value: first, unit: 'MiB', atMost: 105 },
        { name: 's3sched, a later start', value: later, unit: 'MiB', atMost: 90 },
      )
    }
    return measurements
  } finally {
    await redis?.stop()
    await minio?.stop()
  }
}

async function residentOf(contender: string, server = ''): Promise<number> {
  const values: number[] = []
  for (let round = 0; round < ROUNDS; round++) values.push(await residentOnce(contender, server))
  return median(values)
}

function residentOnce(contender: string, server: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(IDLE, [contender, server], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.once('message', (message) => resolve((message as { readonly resident: number }).resident))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${contender} ended with exit code ${code}`)))
  })
}
