import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Measurement } from '../measurement.ts'
import { median } from '../statistics.ts'

const PACKAGES = join(import.meta.dirname, '..', '..', '..', '..', 'packages')
const ROUNDS = 21
/** In ms over an empty process. */
const BUDGETS: Readonly<Record<string, number>> = { plugin: 40, lock: 25 }

/** The import times of the built packages, in turns with an empty process. */
export async function benchmark(): Promise<readonly Measurement[]> {
  const built = readdirSync(PACKAGES).filter((name) => existsSync(join(PACKAGES, name, 'dist', 'index.js')))
  if (!built.includes('plugin')) throw new Error('the packages are not built: run `pnpm run build` first')
  const times = new Map<string, Time[]>(['', ...built].map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) for (const [name, list] of times) list.push(timeOf(name))
  const empty = times.get('') ?? []
  const over = (name: string, kind: keyof Time): number =>
    median((times.get(name) ?? []).map((time, round) => time[kind] - (empty[round]?.[kind] ?? 0)))
  const measurements: Measurement[] = [
    { name: 'an empty process', value: median(empty.map(({ wallMs }) => wallMs)), unit: 'ms' },
    { name: 'an empty process, on the core', value: median(empty.map(({ cpuMs }) => cpuMs)), unit: 'ms' },
  ]
  for (const name of built) {
    const atMost = BUDGETS[name]
    const budget = atMost === undefined ? {} : { atMost }
    measurements.push(
      { name: `import @s3sched/${name}, more than that`, value: over(name, 'wallMs'), unit: 'ms', ...budget },
      { name: `import @s3sched/${name}, more than that, on the core`, value: over(name, 'cpuMs'), unit: 'ms' },
    )
  }
  return measurements
}

interface Time {
  readonly wallMs: number
  /** More reliable than the wall time on a busy machine. */
  readonly cpuMs: number
}

/** The time of a whole process that imports one package, or nothing for an empty name. */
function timeOf(name: string): Time {
  const file = pathToFileURL(join(PACKAGES, name, 'dist', 'index.js')).href
  const importing = name === '' ? '' : `await import(${JSON.stringify(file)})`
  const code = `${importing}\nconst { user, system } = process.cpuUsage()\nconsole.log((user + system) / 1000)`
  const from = performance.now()
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`importing @s3sched/${name} failed`)
  return { wallMs: performance.now() - from, cpuMs: Number(stdout) }
}
