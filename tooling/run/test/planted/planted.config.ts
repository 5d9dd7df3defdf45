import { RunReport } from '@s3sched-tooling/vitest/run-report'
import { defineConfig } from 'vitest/config'

/** Runs that fail, most of them outside of their tests; a mode is the name of a global setup. */
export default defineConfig(({ mode }) => ({
  test: {
    root: import.meta.dirname,
    include: ['*.planted.ts'],
    globalSetup: mode === 'test' ? [] : [`${mode}.ts`],
    isolate: false,
    reporters: ['default', new RunReport()],
    outputFile: '../../.reports/planted.json',
  },
}))
