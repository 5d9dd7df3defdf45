import type { Measurement } from '../measurement.ts'
import { runProcess } from '../process/run-process.ts'
import { startMinio } from '../server/minio.ts'
import { median } from '../statistics.ts'
import type { Steady, SteadyArgs } from './steady-process.ts'

const STEADY = new URL('steady-process.ts', import.meta.url)

/**
 * The CPU of a leader whose jobs are due every second, over the CPU of an idle one: in memory without the share of the
 * SDK, and on MinIO with its share.
 *
 * - `S3SCHED_BENCH_SECONDS`: seconds of a turn, 15 by default
 * - `S3SCHED_BENCH_ROUNDS`: turns, 3 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const seconds = Number(process.env['S3SCHED_BENCH_SECONDS'] ?? 15)
  const rounds = Number(process.env['S3SCHED_BENCH_ROUNDS'] ?? 3)
  const minio = await startMinio()
  const stores = new Map<string, () => Promise<string>>([['memory', async () => 'memory://steady']])
  if (minio !== undefined) stores.set('MinIO', () => minio.bucket())
  try {
    const measurements: Measurement[] = []
    for (const [name, store] of stores) {
      const found = new Map<number, { readonly idle: Steady; readonly busy: Steady }[]>([
        [20, []],
        [100, []],
      ])
      for (let round = 0; round < rounds; round++) {
        for (const [jobs, turns] of found) {
          const args = async (isIdle: boolean): Promise<SteadyArgs> => ({ store: await store(), jobs, isIdle, seconds })
          const idle = await runProcess<Steady>(STEADY, await args(true))
          turns.push({ idle, busy: await runProcess<Steady>(STEADY, await args(false)) })
        }
      }
      for (const [jobs, turns] of found)
        measurements.push(...report(`${name}, ${jobs} jobs a second`, jobs, seconds, turns))
    }
    return measurements
  } finally {
    await minio?.stop()
  }
}

function report(
  name: string,
  jobs: number,
  seconds: number,
  turns: readonly { readonly idle: Steady; readonly busy: Steady }[],
): readonly Measurement[] {
  const of = (figure: (turn: (typeof turns)[number]) => number): number => median(turns.map(figure))
  const perRun = of(({ busy, idle }) => (busy.cpuMs - idle.cpuMs) / busy.runs)
  const ofCore = of(({ busy }) => busy.cpuMs / (seconds * 10))
  return [
    { name: `${name}: CPU per run`, value: perRun, unit: 'ms', ...(jobs === 100 ? { atMost: 0.15 } : {}) },
    { name: `${name}: CPU`, value: ofCore, unit: '%', ...(jobs === 20 ? { atMost: 2 } : {}) },
    { name: `${name}: CPU of an idle leader`, value: of(({ idle }) => idle.cpuMs / (seconds * 10)), unit: '%' },
    {
      name: `${name}: a second`,
      value: of(({ busy }) => busy.requests.put / seconds),
      unit: 'PUT',
      ...(jobs === 20 ? { atMost: 3 } : {}),
    },
    {
      name: `${name}: runs`,
      value: of(({ busy }) => busy.runs),
      unit: 'runs',
      atLeast: jobs * seconds,
      atMost: jobs * seconds,
    },
  ]
}
