import { RunReport } from '@s3sched-tooling/vitest/run-report'
import { defineConfig } from 'vitest/config'

/** The packages as users get the packages; a build comes before. Vitest is started in this folder. */
export default defineConfig({
  test: {
    include: ['packed/**/*.test.ts'],
    globalSetup: ['src/consumer.ts'],
    // Most of the work is done by programs; the files share a process that loads vitest and TypeScript once.
    isolate: false,
    passWithNoTests: false,
    reporters: ['default', new RunReport()],
    outputFile: '.reports/packed.json',
    // For what hangs: a busy machine reaches none of these.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
})
