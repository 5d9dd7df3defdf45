/**
 * `npm run mutate`: breaks each of the pure decisions in every small way that Stryker knows, and runs the unit tests that should
 * notice. Not a part of `npm test`: it takes a quarter of an hour. What its last run said is in docs/reliability.md. What
 * survives stands in `.reports/mutation.json`, and is printed.
 *
 * `npm run mutate -- packages/lock/src/lease-protocol.ts` does it for some of them.
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
