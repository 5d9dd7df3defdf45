import { defineConfig } from 'vitest/config'
import { PACKAGE, testsBeside } from './src/decisions.ts'

const folder = process.env[PACKAGE]
if (folder === undefined) throw new Error(`expected ${PACKAGE} to be the folder of a package; see src/main.ts`)

/** The tests beside the mutated decisions of a package. */
export default defineConfig({
  resolve: { conditions: ['@s3sched/source'] },
  ssr: { resolve: { conditions: ['@s3sched/source', 'node', 'import', 'default'] } },
  test: { include: testsBeside(folder), testTimeout: 30_000 },
})
