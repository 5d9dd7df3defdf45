/**
 * `npm run mutate`: breaks each of the pure decisions in every small way known to Stryker, and runs the tests beside the
 * decisions of the same package, which should notice. The run takes twenty minutes of CPU and is no part of `npm test`.
 * docs/reliability.md has the results of the last run. Surviving mutants are printed, and written to `.reports`, a file
 * for each package.
 *
 * `npm run mutate -- packages/lock/src/lease-protocol.ts` does the same for some files.
 */
import { Stryker } from '@stryker-mutator/core'
import { byPackage, DECISIONS, PACKAGE } from './decisions.ts'
import { type MutantResult, scoresOf } from './scores.ts'

const asked = process.argv.slice(2)
const results: MutantResult[] = []
for (const [folder, files] of byPackage(asked.length > 0 ? asked : DECISIONS)) {
  // The configuration of vitest, in a process of Stryker's, reads which tests to run.
  process.env[PACKAGE] = folder
  const stryker = new Stryker({
    plugins: ['@stryker-mutator/vitest-runner'],
    testRunner: 'vitest',
    vitest: { configFile: 'tooling/mutation/vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    mutate: [...files],
    concurrency: 1,
    ignorePatterns: ['**/dist', '**/.turbo', '**/.reports', 'docs', 'apps'],
    reporters: ['clear-text', 'json'],
    clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: `tooling/mutation/.reports/${folder.replace('/', '-')}.json` },
    tempDirName: 'tooling/mutation/.reports/sandbox',
    cleanTempDir: 'always',
    allowConsoleColors: false,
  })
  results.push(...(await stryker.runMutationTest()))
}
for (const line of scoresOf(results)) console.log(line)
