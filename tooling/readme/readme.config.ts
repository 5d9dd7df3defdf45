import { RunReport } from '@s3sched-tooling/vitest/run-report'
import { defineConfig } from 'vitest/config'

/** Runs the code blocks of the documentation on the built packages; vitest is started in this folder. */
export default defineConfig({
  test: {
    include: ['blocks/**/*.test.ts'],
    passWithNoTests: false,
    reporters: ['default', new RunReport()],
    outputFile: '.reports/readme.json',
    // For what hangs: a busy machine reaches none of these.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
})
