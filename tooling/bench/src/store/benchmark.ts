import type { Measurement } from '../measurement.ts'
import { measureFolder } from './folder.ts'
import { measureServer } from './server.ts'

/**
 * The costs of `@s3sched/store`: in a folder, and over the SDK alone.
 *
 * - `S3SCHED_BENCH_RECORDS`: number of objects under the listed prefix, 5,000 by default
 * - `S3SCHED_BENCH_STORE`: the connection string of an S3 server, such as of a MinIO; a small server in this process by
 *   default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const count = Number(process.env['S3SCHED_BENCH_RECORDS'] ?? 5_000)
  return [...(await measureFolder(count)), ...(await measureServer(process.env['S3SCHED_BENCH_STORE']))]
}
