import { RunReport } from '@s3sched-tooling/vitest/run-report'
import { defineConfig } from 'vitest/config'

/** Every test with a real server, in a single run with a shared MinIO and shared emulators; vitest starts at the root. */
export default defineConfig({
  resolve: { conditions: ['@s3sched/source'] },
  // Node's own loader gets these too: `import` there would give an ES module to the `require` of a CommonJS package.
  ssr: { resolve: { conditions: ['@s3sched/source', 'node'] } },
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['{packages,apps,tooling}/*/test/**/*.integration.test.ts'],
    globalSetup: [
      new URL('src/global-setup.ts', import.meta.url).pathname,
      new URL('../clouds/src/global-setup.ts', import.meta.url).pathname,
    ],
    passWithNoTests: false,
    reporters: ['default', new RunReport()],
    outputFile: '.reports/integration.json',
    // Most of these tests wait for a server or for real processes: one after the other they would leave the cores idle.
    maxWorkers: 2,
    // The files share two processes, each of which loads the sources and the SDK once. So each file undoes its own stubs.
    isolate: false,
    // Node loads the sources, from its compile cache, and vitest transforms the test files alone.
    server: { deps: { external: [/\/src\/(?!.*\.test\.ts$).*\.ts$/] } },
    execArgv: ['--conditions=@s3sched/source'],
    // For what hangs: a busy machine reaches none of these.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000 } },
  },
})
