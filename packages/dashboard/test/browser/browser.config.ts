import { fileURLToPath } from 'node:url'
import { RunReport } from '@s3sched-tooling/vitest/run-report'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** The tests of the pages in a real browser; a minute or two. */
const config: ViteUserConfig = defineConfig({
  resolve: { conditions: ['@s3sched/source'] },
  ssr: { resolve: { conditions: ['@s3sched/source', 'node', 'import', 'default'] } },
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/browser/*.browser.test.ts'],
    globalSetup: [fileURLToPath(new URL('global-setup.ts', import.meta.url))],
    passWithNoTests: false,
    reporters: ['default', new RunReport()],
    outputFile: '.reports/browser.json',
    // The files share a process, which loads the sources once, from Node's compile cache, and vitest transforms the test
    // files alone.
    isolate: false,
    maxWorkers: 1,
    server: { deps: { external: [/\/src\/(?!.*\.test\.ts$).*\.ts$/] } },
    execArgv: ['--conditions=@s3sched/source'],
    // For what hangs: a busy machine reaches none of these.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000 } },
  },
})

export default config
