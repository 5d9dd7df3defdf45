import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Mutant } from './mutants.ts'

export interface Catch {
  /** The first seed whose checkers noticed; `undefined` when none did. */
  readonly seed: number | undefined
  /** The promise that was seen broken. */
  readonly caughtBy: string | undefined
}

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const INSTALL = new URL('install.ts', import.meta.url).href

/** Runs the simulator on the mutant in a process of its own, until a seed is caught. @throws when it could not be run */
export function hunt(mutant: Mutant): Promise<Catch> {
  const flags = ['--conditions=@s3sched/source', '--import', INSTALL]
  const asked = [MAIN, '--seeds', String(mutant.withinSeeds), '--brief']
  const env = { ...process.env, S3SCHED_MUTANT: mutant.name }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...flags, ...asked], { env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const [, seed, caughtBy] = /^seed (\d+): \d+ violations, such as ([\w ]+):/m.exec(stdout) ?? []
      if (seed !== undefined) resolve({ seed: Number(seed), caughtBy })
      else if (error === null) resolve({ seed: undefined, caughtBy: undefined })
      else reject(new Error(`mutant '${mutant.name}' could not be run: ${stderr.slice(0, 2000)}`))
    })
  })
}
