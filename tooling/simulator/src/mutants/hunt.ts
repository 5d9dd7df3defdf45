import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Leak } from './leaks.ts'
import type { Mutant } from './mutant.ts'

export interface Catch {
  /** The first seed, or the first day, with a violation; `undefined` without a violation. */
  readonly at: number | undefined
  /** The name of the broken promise. */
  readonly caughtBy: string | undefined
}

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const MONTH = fileURLToPath(new URL('../month/main.ts', import.meta.url))
const INSTALL = new URL('install.ts', import.meta.url).href
/** Simulated hours make much short-lived garbage, as in `tooling/vitest/unit.config.ts`. */
const GARBAGE = ['--max-semi-space-size=64', '--single-threaded-gc']

/**
 * Runs the simulator on the mutant in a new process, until a seed breaks the mutant's promise. A mutant may break other
 * promises first; these seeds are passed over.
 * @param knownSeed - tried before all others
 * @throws when it could not be run
 */
export async function hunt({ breaks, fromSeed = 1, name, withinSeeds }: Mutant, knownSeed?: number): Promise<Catch> {
  const promise = breaks === undefined ? [] : ['--promise', breaks]
  const seen = /^seed (?<at>\d+): \d+ violations, such as (?<what>[\w ]+):/m
  const known =
    knownSeed === undefined
      ? undefined
      : await runOn(name, [MAIN, '--from', String(knownSeed), '--seeds', '1', '--brief', ...promise], seen)
  if (known?.at !== undefined) return known
  return runOn(name, [MAIN, '--from', String(fromSeed), '--seeds', String(withinSeeds), '--brief', ...promise], seen)
}

/** Simulates the days of the leaking variant in a new process. @throws when it could not be run */
export function huntLeak({ name, withinDays }: Leak): Promise<Catch> {
  const seen = /^violated: (?<what>\w+):.*\(day (?<at>\d+)\)$/m
  return runOn(name, [MONTH, '--days', String(withinDays)], seen)
}

function runOn(name: string, asked: readonly string[], seen: RegExp): Promise<Catch> {
  const flags = ['--conditions=@s3sched/source', ...GARBAGE, '--import', INSTALL]
  const env = { ...process.env, S3SCHED_MUTANT: name }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...flags, ...asked], { env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const { at, what } = seen.exec(stdout)?.groups ?? {}
      if (at !== undefined) resolve({ at: Number(at), caughtBy: what })
      else if (error === null) resolve({ at: undefined, caughtBy: undefined })
      else reject(new Error(`mutant '${name}' could not be run: ${stderr.slice(0, 2000)}`))
    })
  })
}
