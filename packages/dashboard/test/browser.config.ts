import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** The tests that look at the pages in a real browser; they take a minute or two. */
const config: ViteUserConfig = defineConfig({
  resolve: { conditions: ['@s3sched/source'] },
  ssr: { resolve: { conditions: ['@s3sched/source', 'node', 'import', 'default'] } },
  test: {
    root: process.cwd(),
    include: ['test/**/*.browser.test.ts'],
    reporters: ['default', 'json'],
    outputFile: { json: '.reports/browser.json' },
    testTimeout: 60_000,
  },
})

export default config
