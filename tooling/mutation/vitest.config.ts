import { defineConfig } from 'vitest/config'
import { testsBeside } from './src/decisions.ts'

/** The tests beside the mutated decisions; see src/main.ts. */
export default defineConfig({
  resolve: { conditions: ['@s3sched/source'] },
  ssr: { resolve: { conditions: ['@s3sched/source', 'node', 'import', 'default'] } },
  test: { include: [...testsBeside], testTimeout: 30_000 },
})
