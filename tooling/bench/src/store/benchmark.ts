import type { Measurement } from '../measurement.ts'
import { measureFolder } from './folder.ts'
import { measureServer } from './server.ts'

/**
 * What `@s3sched/store` costs: in a folder, and over the SDK alone.
 *
 * - `S3SCHED_BENCH_RECORDS`: how many objects lie under the prefix that is listed. 5,000 unless told
 * - `S3SCHED_BENCH_STORE`: the connection string of an S3 server, such as of a MinIO; a small server in this process unless told
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const count = Number(process.env['S3SCHED_BENCH_RECORDS'] ?? 5_000)
  return [...(await measureFolder(count)), ...(await measureServer(process.env['S3SCHED_BENCH_STORE']))]
}
