import { defineConfig } from 'vitest/config'
import { PACKAGE, testsBeside } from './src/decisions.ts'

/** The tests beside the mutated decisions of a package; of all packages, where none is named. */
export default defineConfig({
  resolve: { conditions: ['@s3sched/source'] },
  ssr: { resolve: { conditions: ['@s3sched/source', 'node', 'import', 'default'] } },
  test: {
    include: testsBeside(process.env[PACKAGE] ?? 'packages'),
    // For what hangs: a busy machine reaches neither.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
})
