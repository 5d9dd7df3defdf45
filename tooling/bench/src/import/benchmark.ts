import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Measurement } from '../measurement.ts'
import { median } from '../statistics.ts'
import { installedSize } from './installed-size.ts'

const PACKAGES = join(import.meta.dirname, '..', '..', '..', '..', 'packages')
const ROUNDS = 21
/** In ms over an empty process. */
const BUDGETS: Readonly<Record<string, number>> = { plugin: 40, lock: 25 }

/** How long the built packages take to import, in turns with a process that imports nothing, and what they weigh. */
export async function benchmark(): Promise<readonly Measurement[]> {
  const built = readdirSync(PACKAGES).filter((name) => existsSync(join(PACKAGES, name, 'dist', 'index.js')))
  if (!built.includes('plugin')) throw new Error('the packages are not built: run `pnpm run build` first')
  const times = new Map<string, number[]>(['', ...built].map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) for (const [name, list] of times) list.push(timeOf(name))
  const empty = median(times.get('') ?? [])
  const measurements: Measurement[] = [{ name: 'an empty process', value: empty, unit: 'ms' }]
  for (const name of built) {
    const over = median((times.get(name) ?? []).map((time, round) => time - (times.get('')?.[round] ?? 0)))
    const atMost = BUDGETS[name]
    const budget = atMost === undefined ? {} : { atMost }
    measurements.push({ name: `import @s3sched/${name}, more than that`, value: over, unit: 'ms', ...budget })
  }
  for (const name of Object.keys(BUDGETS)) {
    const { aws, others } = installedSize(join(PACKAGES, name))
    measurements.push(
      { name: `@s3sched/${name}, installed without the AWS SDK`, value: others.bytes / 1e6, unit: 'MB' },
      { name: `@s3sched/${name}, installed without the AWS SDK`, value: others.packages, unit: 'packages' },
      { name: `@s3sched/${name}, the AWS SDK`, value: aws.bytes / 1e6, unit: 'MB' },
      { name: `@s3sched/${name}, the AWS SDK`, value: aws.packages, unit: 'packages' },
    )
  }
  return measurements
}

/** Ms of a whole process that imports one package, or nothing for an empty name. */
function timeOf(name: string): number {
  const code =
    name === '' ? '' : `import ${JSON.stringify(pathToFileURL(join(PACKAGES, name, 'dist', 'index.js')).href)}`
  const from = performance.now()
  const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`importing @s3sched/${name} failed`)
  return performance.now() - from
}
