import { newGoogleBucket } from '@s3sched-tooling/clouds'
import { describe, expect, inject, it } from 'vitest'
import { openStore, probeStore } from '../src/index.ts'
import { describeStoreConformance } from '../src/testing/index.ts'

describe.skipIf(!inject('fakeGcs'))('on fake-gcs-server', () => {
  describeStoreConformance('the Google driver', { describe, it, expect }, async () => ({
    store: openStore(await newGoogleBucket()),
  }))

  it('the probe accepts it', async () => {
    const store = openStore(await newGoogleBucket())
    expect(await probeStore(store, { rounds: 10 })).toMatchObject({ rounds: 10, warnings: [] })
    await store.close()
  })
})
