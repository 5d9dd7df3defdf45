import { defineConfig } from 'vitest/config'

/** The unit tests of the mutated decisions; see stryker.config.mjs. */
export default defineConfig({
  resolve: { conditions: ['@s3sched/source'] },
  ssr: { resolve: { conditions: ['@s3sched/source', 'node', 'import', 'default'] } },
  test: {
    include: [
      'packages/lock/src/*.test.ts',
      'packages/coordinator/src/*.test.ts',
      'packages/executor/src/*.test.ts',
      'packages/jobs/src/**/*.test.ts',
      'packages/engine/src/**/*.test.ts',
      'packages/ledger/src/*.test.ts',
    ],
    testTimeout: 30_000,
  },
})
