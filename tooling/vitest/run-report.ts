import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Reporter, SerializedError, TestModule, Vitest } from 'vitest/node'
import { describeError } from './describe-error.ts'

/** The folder that paths are shown from. */
const root = fileURLToPath(new URL('../..', import.meta.url))

interface Report {
  /** The number of passed tests of each file with such a test. */
  readonly passed: Readonly<Record<string, number>>
  /** As `passed`. */
  readonly skipped: Readonly<Record<string, number>>
  /** Each failure in a line, such as `packages/lock/src/lease.test.ts > expires: Error: still held`. */
  readonly failures: readonly string[]
}

/**
 * Writes what `npm test` counts and names into the `outputFile`. Vitest's own JSON report has neither the errors outside of
 * the tests, such as an unhandled rejection, nor those of a suite's hooks; either makes a run fail.
 */
export class RunReport implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const { outputFile, root: folder } = this.#vitest?.config ?? {}
    if (typeof outputFile !== 'string' || folder === undefined) throw new TypeError('expected outputFile to be a path')
    const path = resolve(folder, outputFile)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, JSON.stringify(reportOf(modules, errors)))
  }
}

function reportOf(modules: readonly TestModule[], errors: readonly SerializedError[]): Report {
  return {
    passed: countsOf(modules, 'passed'),
    skipped: countsOf(modules, 'skipped'),
    failures: [...modules.flatMap(failuresOf), ...new Set(errors.map((error) => describeError(error, root)))],
  }
}

function countsOf(modules: readonly TestModule[], state: 'passed' | 'skipped'): Record<string, number> {
  const counts = modules.map((module) => [pathOf(module), [...module.children.allTests(state)].length] as const)
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}

/** A file whose process ended early, or that failed for an unnamed reason, is one failure. */
function failuresOf(module: TestModule): string[] {
  const path = pathOf(module)
  const parts = [...module.children.allSuites(), ...module.children.allTests('failed')]
  const failures = [
    ...module.errors().map((error) => `${path}: ${describeError(error, root)}`),
    ...parts.flatMap((part) => {
      const errors = part.type === 'suite' ? part.errors() : (part.result().errors?.slice(0, 1) ?? [])
      return errors.map((error) => `${path} > ${part.fullName}: ${describeError(error, root)}`)
    }),
  ]
  const state = module.state()
  if (state === 'pending' || state === 'queued') return [...failures, `${path}: did not run to its end`]
  return failures.length === 0 && !module.ok() ? [`${path}: failed`] : failures
}

function pathOf({ moduleId }: TestModule): string {
  return relative(root, moduleId)
}
