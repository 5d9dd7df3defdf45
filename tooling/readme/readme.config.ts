import { defineConfig } from 'vitest/config'

/** Runs the code blocks of the documentation on the built packages; vitest is started in this folder. */
export default defineConfig({
  test: {
    include: ['blocks/**/*.test.ts'],
    passWithNoTests: false,
    reporters: ['default', 'json'],
    outputFile: { json: '.reports/readme.json' },
    testTimeout: 60_000,
  },
})
