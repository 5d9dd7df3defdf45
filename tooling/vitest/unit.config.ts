import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { RunReport } from './run-report.ts'
import { SimulationsFirst } from './simulations-first.ts'

const seeded = fileURLToPath(new URL('./seeded-fast-check.ts', import.meta.url))

/** The unit, property and simulation tests of one package; vitest is started in the package's folder. */
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
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/**/*.integration.test.ts'],
    passWithNoTests: false,
    reporters: ['default', new RunReport()],
    outputFile: '.reports/unit.json',
    // For what hangs: a busy machine reaches none of these.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000 } },
    // The files of a package share a process, which loads the sources once: a third less work. So each file removes its
    // own stubs, and gives unshared objects names of their own (`memory://NAME`). Turbo tests two packages at a time for
    // each core, so the cores are busy, and a second process would load the sources again. The plugin and the simulator,
    // which take the longest, have two, or a core would be idle at the end.
    isolate: false,
    maxWorkers: 1,
    sequence: { sequencer: SimulationsFirst },
    // Node loads the sources, and vitest transforms the test files alone. So a source comes from Node's compile cache, and
    // its imports are bindings instead of lookups, which saves a seventh of the CPU of a simulation. In return, no test
    // can mock a module of the sources; a test passes a port.
    server: { deps: { external: [/\/src\/(?!.*\.test\.ts$).*\.ts$/] } },
    // The condition is for these loads, and for the workers of isolated actions. Simulated hours make much short-lived
    // garbage: a larger young generation saves 8 % of the CPU, and its collection by one thread 3 %.
    execArgv: ['--conditions=@s3sched/source', '--max-semi-space-size=64', '--single-threaded-gc'],
  },
})
