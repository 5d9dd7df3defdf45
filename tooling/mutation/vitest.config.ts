import { defineConfig } from 'vitest/config'
import { TESTS } from './src/by-package.ts'

const folder = process.env[TESTS]
if (folder === undefined) throw new Error(`expected ${TESTS} to be the folder of a package; see src/main.ts`)

/** The unit tests beside the sources of the package whose decisions are mutated. */
export default defineConfig({
  resolve: { conditions: ['@s3sched/source'] },
  ssr: { resolve: { conditions: ['@s3sched/source', 'node', 'import', 'default'] } },
  test: { include: [`${folder}/src/**/*.test.ts`], testTimeout: 30_000 },
})
