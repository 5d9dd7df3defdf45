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
      'packages/plugin/src/job/*.test.ts',
      'packages/plugin/src/tick/*.test.ts',
      'packages/plugin/src/run/run-lease.test.ts',
    ],
    testTimeout: 30_000,
  },
})
