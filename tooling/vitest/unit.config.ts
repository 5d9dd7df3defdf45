import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { RunReport } from './run-report.ts'
import { LongestFirst } from './longest-first.ts'

const seeded = fileURLToPath(new URL('./seeded-fast-check.ts', import.meta.url))

/**
 * The unit, property and simulation tests: of one package, where vitest is started in the package's folder, or of all, by
 * `npm test` at the root.
 */
export default defineConfig({
  plugins: [
    {
      name: 'seeded-fast-check',
      enforce: 'pre',
      resolveId: (source, importer) => (source === 'fast-check' && importer !== seeded ? seeded : undefined),
    },
  ],
  resolve: { conditions: ['@s3sched/source'] },
  ssr: { resolve: { conditions: ['@s3sched/source', 'node', 'import', 'default'] } },
  test: {
    root: process.cwd(),
    include: ['{src,test}/**/*.test.ts', '{apps,packages,tooling}/*/{src,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.{integration,browser}.test.ts'],
    passWithNoTests: false,
    reporters: ['default', new RunReport()],
    outputFile: '.reports/unit.json',
    // For what hangs: a busy machine reaches none of these.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000 } },
    // The files of a package share a process, and `npm test` shares three processes among the files of all packages. A
    // process loads the sources once: a third less work. So each file removes its own stubs, and gives unshared objects
    // names of their own (`memory://NAME`).
    isolate: false,
    maxWorkers: 1,
    sequence: { sequencer: LongestFirst },
    // Node loads the sources, and vitest transforms the test files alone. So a source comes from Node's compile cache, and
    // its imports are bindings instead of lookups, which saves a seventh of the CPU of a simulation. In return, no test
    // can mock a module of the sources; a test passes a port.
    server: { deps: { external: [/\/src\/(?!.*\.test\.ts$).*\.ts$/] } },
    // The condition is for these loads, and for the workers of isolated actions. Simulated hours make much short-lived
    // garbage: a larger young generation saves 8 % of the CPU, and its collection by one thread 3 %.
    execArgv: ['--conditions=@s3sched/source', '--max-semi-space-size=64', '--single-threaded-gc'],
  },
})
