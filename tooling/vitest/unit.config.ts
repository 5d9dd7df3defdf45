import { defineConfig } from 'vitest/config'

/** The unit, property and simulation tests of one package; vitest is started in the package's folder. */
export default defineConfig({
  resolve: { conditions: ['@s3sched/source'] },
  ssr: { resolve: { conditions: ['@s3sched/source', 'node', 'import', 'default'] } },
  test: {
    root: process.cwd(),
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/**/*.integration.test.ts'],
    passWithNoTests: false,
    reporters: ['default', 'json'],
    outputFile: { json: '.reports/unit.json' },
    testTimeout: 30_000,
  },
})
