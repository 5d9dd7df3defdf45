import { runProcess } from '../process/run-process.ts'
import type { MinioServer } from '../server/minio.ts'
import type { Burst } from './burst-process.ts'

const BURST = new URL('burst-process.ts', import.meta.url)
const RAW = new URL('raw-puts-process.ts', import.meta.url)
const CONCURRENCY = 50

export interface BesideRaw {
  readonly bursts: readonly Burst[]
  /** What as many parallel PUTs as the runs need (two each) take the SDK alone, in ms: the fastest time, so as not to flatter. */
  readonly rawMs: number
}

/** Many jobs on one tick and the bare PUTs that they need, in turns on one server. */
export async function besideRawPuts(minio: MinioServer, jobs: number, rounds: number): Promise<BesideRaw> {
  const bursts: Burst[] = []
  const raws: number[] = []
  const raw = async (): Promise<void> => {
    const args = { store: await minio.bucket(), puts: 2 * jobs, concurrency: CONCURRENCY }
    raws.push(await runProcess<number>(RAW, args))
  }
  await raw()
  for (let round = 0; round < rounds; round++) {
    const registrationMs = 20_000 + jobs * 15
    const args = { store: await minio.bucket(), jobs, concurrency: CONCURRENCY, registrationMs }
    bursts.push(await runProcess<Burst>(BURST, args))
    await raw()
  }
  return { bursts, rawMs: Math.min(...raws) }
}
