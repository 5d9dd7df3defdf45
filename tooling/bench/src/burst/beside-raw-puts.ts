import { runProcess } from '../process/run-process.ts'
import type { MinioServer } from '../server/minio.ts'
import type { Burst } from './burst-process.ts'
import type { RawPuts } from './raw-puts-process.ts'

const BURST = new URL('burst-process.ts', import.meta.url)
const RAW = new URL('raw-puts-process.ts', import.meta.url)
const CONCURRENCY = 50

export interface BesideRaw {
  readonly bursts: readonly Burst[]
  /**
   * The same number of parallel PUTs (two for each run) by the SDK alone: the fastest turn, so as not to flatter
   * s3sched.
   */
  readonly raw: RawPuts
  /** For each burst: the time until all was recorded, over the mean of the raw turns before and after the burst. */
  readonly ratios: readonly number[]
}

/** Many jobs on one tick and the bare PUTs of their runs, in turns on one server. */
export async function besideRawPuts(minio: MinioServer, jobs: number, rounds: number): Promise<BesideRaw> {
  const bursts: Burst[] = []
  const raws: RawPuts[] = []
  const raw = async (): Promise<void> => {
    const args = { store: await minio.bucket(), puts: 2 * jobs, concurrency: CONCURRENCY }
    raws.push(await runProcess<RawPuts>(RAW, args))
  }
  await raw()
  for (let round = 0; round < rounds; round++) {
    const registrationMs = 20_000 + jobs * 15
    const args = { store: await minio.bucket(), jobs, concurrency: CONCURRENCY, registrationMs }
    bursts.push(await runProcess<Burst>(BURST, args))
    await raw()
  }
  const [fastest] = raws.toSorted((one, other) => one.tookMs - other.tookMs)
  if (fastest === undefined) throw new Error('no PUTs were measured')
  const ratios = bursts.map(({ drainMs }, index) => {
    const around = raws.slice(index, index + 2).map(({ tookMs }) => tookMs)
    return drainMs / (around.reduce((sum, tookMs) => sum + tookMs, 0) / around.length)
  })
  return { bursts, raw: fastest, ratios }
}
