import { createBucket } from '@s3sched-tooling/minio'
import { describe, inject, it } from 'vitest'
import { startProxy } from './processes/proxy.ts'
import { takeOver } from './processes/scenarios.ts'

// Each test waits for the end of a lease, and all wait at the same time.
describe.skipIf(!inject('minio'))('two processes that share a bucket', { concurrent: true }, () => {
  it('hand leadership over after a clean stop', async ({ expect }) => {
    const { connectionString } = await createBucket()
    const took = await takeOver({ a: connectionString, b: connectionString }, 'SIGTERM')
    expect(took).toMatchObject({ second: '2 a free a', firstDemoted: 'stopped' })
    console.log(`takeover after a clean stop: ${took.tookMs} ms`)
  })

  it('pass leadership on when the leader is killed', async ({ expect }) => {
    const { connectionString } = await createBucket()
    const took = await takeOver({ a: connectionString, b: connectionString }, 'SIGKILL')
    expect(took).toMatchObject({ second: '2 a held a' })
    console.log(`takeover after SIGKILL: ${took.tookMs} ms`)
  })

  it('have one leader when the old one wakes up after it was stopped', async ({ expect }) => {
    const { connectionString } = await createBucket()
    const took = await takeOver({ a: connectionString, b: connectionString }, 'SIGSTOP')
    expect(took).toMatchObject({ second: '2 a held a', firstTrusts: 'false', firstDemoted: 'expired' })
    console.log(`takeover after SIGSTOP: ${took.tookMs} ms`)
  })

  it('pass leadership on when the leader is cut off, which steps down by itself', async ({ expect }) => {
    const { connectionString } = await createBucket()
    const endpoint = new URL(inject('minio')?.endpoint ?? '')
    const proxy = await startProxy(endpoint.hostname, Number(endpoint.port))
    try {
      const [direct, cuttable] = [endpoint.host, `127.0.0.1:${proxy.port}`].map(encodeURIComponent)
      const a = connectionString.replace(direct ?? '', cuttable ?? '')
      const took = await takeOver({ a, b: connectionString }, proxy.cut)
      expect(took).toMatchObject({ second: '2 a held a', firstTrusts: 'false', firstDemoted: 'expired' })
      console.log(`takeover after the leader was cut off: ${took.tookMs} ms`)
    } finally {
      await proxy.close()
    }
  })
})
