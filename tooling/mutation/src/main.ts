/**
 * `npm run mutate`: breaks each of the pure decisions in every small way known to Stryker, and runs the tests beside the
 * decisions, which should notice. The run takes some minutes and is no part of `npm test`. docs/reliability.md has the
 * results of the last run. Surviving mutants are written to `.reports/mutation.json`, and printed.
 *
 * `npm run mutate -- packages/lock/src/lease-protocol.ts` does the same for some files.
 */
import { Stryker } from '@stryker-mutator/core'
import { DECISIONS } from './decisions.ts'
import { scoresOf } from './scores.ts'

const asked = process.argv.slice(2)
const results = await new Stryker({
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'tooling/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  mutate: asked.length > 0 ? asked : [...DECISIONS],
  concurrency: 1,
  ignorePatterns: ['**/dist', '**/.turbo', '**/.reports', 'docs', 'apps'],
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'tooling/mutation/.reports/mutation.json' },
  tempDirName: 'tooling/mutation/.reports/sandbox',
  cleanTempDir: 'always',
  allowConsoleColors: false,
}).runMutationTest()
for (const line of scoresOf(results)) console.log(line)
