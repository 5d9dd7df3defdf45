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
    const nothing = {
      versioning: undefined,
      expiresNoncurrent: undefined,
      agingRules: undefined,
      retentionDays: undefined,
      softDeleteDays: 0,
    }
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

  const aging = (filter: string, act: string): string =>
    `<LifecycleConfiguration><Rule><ID>r</ID>${filter}<Status>Enabled</Status>${act}</Rule></LifecycleConfiguration>`
  const expiration = '<Expiration><Days>30</Days></Expiration>'
  const glacier = '<Transition><Days>9</Days><StorageClass>GLACIER</StorageClass></Transition>'

  it.each([
    ['<Filter><Prefix></Prefix></Filter>', expiration, [{ does: 'delete', below: '', days: 30 }]],
    ['<Prefix>s3sched/jobs/</Prefix>', expiration, [{ does: 'delete', below: 'jobs/', days: 30 }]],
    ['<Filter><Prefix>s3sched/</Prefix></Filter>', glacier, [{ does: 'archive', below: '', days: 9 }]],
    ['', '<Expiration><Date>2031-01-01T00:00:00Z</Date></Expiration>', [{ does: 'delete', below: '', days: 0 }]],
    [
      '<Filter><And><Prefix>s3</Prefix><ObjectSizeGreaterThan>1</ObjectSizeGreaterThan></And></Filter>',
      expiration,
      [{ does: 'delete', below: '', days: 30 }],
    ],
    ['<Filter><Prefix>logs/</Prefix></Filter>', expiration, []],
    ['<Filter><Tag><Key>a</Key><Value>b</Value></Tag></Filter>', expiration, []],
    ['', '<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>', []],
    ['', '<Transition><Days>9</Days><StorageClass>STANDARD_IA</StorageClass></Transition>', []],
  ])('finds the rules that take present objects away: %s %s', async (filter, act, found) => {
    expect(await inspect({ lifecycle: aging(filter, act) }, 's3sched/')).toMatchObject({ agingRules: found })
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
