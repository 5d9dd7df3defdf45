import { startTemporal } from '@s3sched-tooling/engines'
import { afterAll, describe } from 'vitest'
import { openTemporal } from './temporal-workshop.ts'
import { targetContract } from './target-contract.ts'

// The server takes long to build, so CI may lack the server: src/temporal/temporal.test.ts then stands alone, on a
// scripted client.
const server = await startTemporal()
afterAll(() => server?.stop())

describe.skipIf(server === undefined)('on the development server of Temporal', () => {
  targetContract('temporal', () => openTemporal(server?.url ?? ''), { follows: true, deduplicates: true })
})
