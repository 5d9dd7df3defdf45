import { readFileSync } from 'node:fs'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { createBucket } from '@s3sched-tooling/minio'
import { describe, expect, inject, it } from 'vitest'
import { SchedulerPlugin } from '../src/index.ts'
import { quickStart, QUICK_START_REPORT } from './quick-start.ts'

const PAGE = new URL('../../../docs/security.md', import.meta.url)

/** The policy in the documentation, word for word, with other names. */
function policyOf(bucket: string, prefix: string): string {
  const policy = /```json\n(.*?)```/s.exec(readFileSync(PAGE, 'utf8'))?.[1]
  if (policy === undefined) throw new Error('docs/security.md has no policy')
  return policy.replaceAll('my-bucket', bucket).replaceAll('my-app', prefix)
}

/** The connection string of an instance with temporary credentials for exactly this policy. */
async function limitedTo(bucket: string, allowed: string, used: string): Promise<string> {
  const minio = inject('minio')
  if (minio === undefined) throw new Error('no MinIO')
  const { accessKeyId, endpoint, secretAccessKey } = minio
  const sts = new STSClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } })
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: 'arn:xxx:xxx:xxx:xxxx',
      RoleSessionName: 'test',
      Policy: policyOf(bucket, allowed),
    }),
  )
  const [key = '', secret = '', token = ''] = [given?.AccessKeyId, given?.SecretAccessKey, given?.SessionToken]
  const query = new URLSearchParams({ region: 'us-east-1', endpoint, forcePathStyle: 'true', sessionToken: token })
  return `s3://${encodeURIComponent(key)}:${encodeURIComponent(secret)}@${bucket}/${used}?${query.toString()}`
}

describe.skipIf(!inject('minio'))('an instance with the rights that docs/security.md names', () => {
  it('can do all of the Quick Start below its prefix', async () => {
    const { bucket } = await createBucket()
    expect(await quickStart(await limitedTo(bucket, 'app-one', 'app-one'))).toEqual(QUICK_START_REPORT)
  })

  it('can take over from another, and run and read what it left', async () => {
    const { bucket } = await createBucket()
    const store = await limitedTo(bucket, 'app-one', 'app-one')
    const options = { store, skipColdStart: true, heartbeatInterval: 2000 }
    const jobs = { job: { schedule: null, action: () => 'done' } }
    const first = new SchedulerPlugin<unknown>({ ...options, workerId: 'first', jobs })
    const second = new SchedulerPlugin<unknown>({ ...options, workerId: 'second', jobs })
    await promoted(first, () => first.start())
    await second.start()
    await promoted(second, () => first.stop())
    expect(second.getCurrentEpoch()).toBe(2)
    expect(await second.runJob('job')).toBe('done')
    expect((await second.getJobHistory('job')).map(({ status }) => status)).toEqual(['success'])
    await second.stop()
  })

  it('can do nothing below another prefix, nor above its own', async () => {
    const { bucket } = await createBucket()
    for (const elsewhere of ['app-two', 'app-one-more', 'app']) {
      const store = await limitedTo(bucket, 'app-one', elsewhere)
      const scheduler = new SchedulerPlugin({ store, jobs: {} })
      await expect(scheduler.start()).rejects.toMatchObject({ cause: { code: 'ACCESS_DENIED' } })
      await scheduler.stop()
    }
  })
})

/** Performs `act`, and waits until the instance leads. */
async function promoted(scheduler: SchedulerPlugin<unknown>, act: () => Promise<unknown>): Promise<void> {
  const promotion = new Promise((resolve) => scheduler.on('plg:scheduler:coordinator-promoted', resolve))
  await act()
  await promotion
}
