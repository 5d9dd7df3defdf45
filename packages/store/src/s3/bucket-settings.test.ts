import { afterEach, describe, expect, it } from 'vitest'
import { inspectBucket } from '../index.ts'
import { startS3Server, type S3Server } from '../testing/index.ts'

let server: S3Server | undefined
afterEach(() => server?.close())

async function inspect(settings: Readonly<Record<string, string>>, prefix?: string): ReturnType<typeof inspectBucket> {
  server = await startS3Server({ settings })
  return inspectBucket(server.connection, prefix === undefined ? {} : { prefix })
}

const rule = (filter: string, status = 'Enabled'): string =>
  `<LifecycleConfiguration><Rule><ID>r</ID>${filter}<Status>${status}</Status>` +
  '<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration></Rule></LifecycleConfiguration>'

describe('inspectBucket', () => {
  it('says nothing of what it may not read, or the server does not know', async () => {
    const nothing = { versioning: undefined, expiresNoncurrent: undefined, retentionDays: undefined, softDeleteDays: 0 }
    expect(await inspect({})).toEqual(nothing)
  })

  it.each([
    ['<VersioningConfiguration/>', 'off'],
    ['<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>', 'on'],
    ['<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>', 'suspended'],
  ])('reads %s', async (versioning, state) => {
    expect(await inspect({ versioning })).toMatchObject({ versioning: state })
  })

  it.each([
    ['for the whole bucket', rule('<Filter><Prefix></Prefix></Filter>'), true],
    ['for what lies above the prefix', rule('<Filter><Prefix>s3s</Prefix></Filter>'), true],
    ['for what lies elsewhere', rule('<Filter><Prefix>logs/</Prefix></Filter>'), false],
    ['for tagged objects', rule('<Filter><Tag><Key>a</Key><Value>b</Value></Tag></Filter>'), false],
    ['that is disabled', rule('<Filter><Prefix></Prefix></Filter>', 'Disabled'), false],
  ])('a rule %s counts as %s', async (_, lifecycle, counts) => {
    expect(await inspect({ lifecycle }, 's3sched/')).toMatchObject({ expiresNoncurrent: counts })
  })

  it('reads for how long Object Lock keeps each object', async () => {
    const lock =
      '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>' +
      '<Mode>GOVERNANCE</Mode><Days>30</Days></DefaultRetention></Rule></ObjectLockConfiguration>'
    expect(await inspect({ 'object-lock': lock })).toMatchObject({ retentionDays: 30 })
  })

  it('has nothing to say of a folder', async () => {
    expect(await inspectBucket('file:///tmp')).toBeUndefined()
  })
})
