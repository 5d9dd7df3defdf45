import { systemClock } from '@s3sched/kernel'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore, openStore, scopeStore, StoreError, encodeDocument } from '@s3sched/store'
import { S3_WRONGS, startS3Server, type S3Server, type S3ServerOptions, type S3Wrong } from '@s3sched/store/testing'
import { describe, expect, it } from 'vitest'
import { runWords, type Ended } from './terminal.ts'

const DENIED = { status: 403, code: 'AccessDenied', message: 'Access Denied' }

const examine = async (server: S3Server, ...more: string[]): Promise<Ended> =>
  runWords(['doctor', server.connection, ...more], { clock: systemClock })

const start = (options: S3ServerOptions = {}): Promise<S3Server> =>
  startS3Server({ random: createSeededRandom(3), ...options })

it('finds a right server sound, and leaves nothing behind', async () => {
  await using server = await start()
  const { code, stderr, stdout } = await examine(server)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')).toMatchSnapshot()
  expect(server.keys()).toEqual([])
  expect(stdout).not.toContain('test-secret')
})

const WRONGS: readonly [S3Wrong, string][] = [
  [
    'conditionsIgnored',
    'answered with success to the creation of a key that existed and to an update with a stale ETag',
  ],
  ['createConditionIgnored', 'answered with success to the creation (If-None-Match: *) of a key that existed'],
  ['updateConditionIgnored', 'answered with success to an update (If-Match) with a stale ETag'],
  ['racingCreates', 'writers that raced to create one object, it told'],
  ['racingUpdates', 'writers that raced to update one object, it told'],
  ['ifMatchNeverMatches', 'it refused an update (If-Match) with the very ETag that it had given'],
  ['updateCreates', 'it created an object by an update (If-Match) of a key without one'],
  ['tornReads', 'a read right after a write gave bytes that no successful write had'],
  ['staleReads', 'a read right after a write gave the object as it was before'],
  ['newEtagOnOldBody', 'a read gave an old body under the ETag of the new one'],
]

it.each(WRONGS)('says of a server with %s what it did and what to do', async (wrong, said) => {
  await using server = await start({ wrong })
  const { code, stdout } = await examine(server)
  expect(stdout).toContain(said)
  expect(stdout).toMatch(/✗ .*can't be used for locks and claims.*\n {2}\S/)
  expect(code).toBe(1)
})

/** Ways to be wrong that s3sched knows how to live with. */
const HARMLESS: readonly S3Wrong[] = [
  'refusalInside200',
  'oldEtagOnNewBody',
  'unquotedEtags',
  'checksumTrailer411',
  'contentMd5Demanded',
  'checksumDemanded',
  'conditionalDelete501',
  'conditionalDeleteIgnored',
  'rangesIgnored',
]

it.each(HARMLESS)('calls a server with %s sound, and leaves nothing behind', async (wrong) => {
  await using server = await start({ wrong })
  const { code, stdout } = await examine(server)
  expect(stdout).toContain('conditional writes hold')
  expect({ code, keys: server.keys() }).toEqual({ code: 0, keys: [] })
})

it('says of a server without ETags in its lists that it can not be used', async () => {
  await using server = await start({ wrong: 'noListEtags' })
  const { code, stdout } = await examine(server)
  expect(code).toBe(1)
  expect(stdout).toMatch(/✗ .*has no ETag\n {2}Use a server that the README lists as right/)
})

it('was tried on every wrong server that there is', () => {
  expect(new Set([...WRONGS.map(([wrong]) => wrong), ...HARMLESS, 'noListEtags'])).toEqual(new Set(S3_WRONGS))
})

describe('of a policy that lacks a right', () => {
  it.each([
    ['LIST', 3, 'may not list', 'Allow s3:ListBucket on the bucket'],
    ['PUT', 1, 'may not write', 'Allow s3:PutObject'],
    ['GET', 1, 'may not read', 'Allow s3:GetObject'],
    ['DELETE', 1, 'may not delete', 'Allow s3:DeleteObject'],
  ] as const)('%s, it says which, and what to allow', async (verb, times, message, advice) => {
    await using server = await start()
    server.script(verb, ...Array.from({ length: times }, () => DENIED))
    const { code, stdout } = await examine(server)
    expect(code).toBe(1)
    expect(stdout).toContain(`✗ ${message}\n  ${advice}\n`)
  })
})

it('of a folder that may not be written, it names the folder and no right of S3', async () => {
  const denied = new StoreError("put a in file:///data failed: EACCES: permission denied, mkdir '/data'", {
    code: 'ACCESS_DENIED',
    suggestion: 'Give this process the right to write',
    context: { errno: 'EACCES' },
  })
  const store = { ...createMemoryStore(), put: () => Promise.reject(denied) }
  const { code, stdout } = await runWords(['doctor', 'file:///data'], { clock: systemClock, store })
  expect(code).toBe(1)
  expect(stdout).toMatch(/✗ put a in file:\/\/\/data failed: EACCES.*\n {2}Give this process the right to write\n/)
  expect(stdout).not.toContain('s3:')
})

describe('of a bucket that it cannot reach, it says why, and ends with 3', () => {
  it('no such bucket', async () => {
    await using server = await start()
    const { code, stdout } = await runWords(['doctor', server.connection.replace(/bucket$/, 'bukket')], {
      clock: systemClock,
    })
    expect(code).toBe(3)
    expect(stdout).toMatch(/✗ .*bukket.*\n {2}\S/)
    expect(stdout).not.toContain('may list')
  })

  it('wrong credentials', async () => {
    await using server = await start()
    server.script('LIST', { status: 403, code: 'InvalidAccessKeyId', message: 'The key does not exist' })
    const { code, stdout } = await examine(server)
    expect(code).toBe(3)
    expect(stdout).toMatch(/✗ .+\n {2}\S/)
  })
})

it('says by how much the clock is off', async () => {
  const fast = { ...systemClock, now: () => systemClock.now() + 60_000 }
  await using server = await start({ clock: fast })
  const { code, stdout } = await examine(server)
  expect(code).toBe(0)
  expect(stdout).toMatch(/! this machine's clock is at least (?:5\ds|1m) behind the store's\n {2}Let it be kept by NTP/)
})

it('points at what lies around', async () => {
  const past = { ...systemClock, now: () => systemClock.now() - 5 * 86_400_000 }
  let clock = past
  await using server = await start({ clock: { ...systemClock, now: () => clock.now() } })
  const store = openStore(server.connection)
  const below = scopeStore(store, 's3sched/')
  for (const key of ['probe/x/0.json', 'workers/gone.json', 'triggers/odd', 'mystery/1', 'photo.jpg']) {
    await below.put(key, encodeDocument({}, 'n'))
  }
  clock = systemClock
  const { code, stdout } = await examine(server, '--read-only')
  await store.close()
  expect(code).toBe(0)
  expect(stdout.slice(stdout.indexOf('! no instance'))).toMatchSnapshot()
})

it('names jobs of the earlier layout, and refuses them', async () => {
  await using server = await start()
  const store = openStore(server.connection)
  const below = scopeStore(store, 's3sched/')
  for (const key of ['jobs/billing.json', 'runs/billing/1.json', 'failures/1', 'defined/0.0.json', 'jobs/photo.jpg'])
    await below.put(key, encodeDocument({}, 'n'))
  const { code, stdout } = await examine(server, '--read-only')
  expect(code).toBe(1)
  expect(stdout).toMatch(/✗ the jobs are of an earlier layout, such as 'jobs\/billing\.json'.*\n {2}Use another prefix/)
  expect(stdout).toMatch(
    /! objects of an earlier layout, .*: 'defined\/', 'failures\/', 'runs\/', 'jobs\/billing.json'\n/,
  )
  expect(stdout).toMatch(/! objects that are not s3sched's: 'jobs\/photo\.jpg'\n/)
  const status = await runWords(['status', server.connection], { clock: systemClock })
  expect(status).toMatchObject({ code: 1, stderr: expect.stringMatching(/earlier layout/) as string })
  await store.close()
})

it('writes nothing with --read-only', async () => {
  await using server = await start()
  const { code } = await examine(server, '--read-only')
  expect(code).toBe(0)
  expect(server.requests).toMatchObject({ PUT: 0, DELETE: 0, BATCH: 0 })
})

it('warns where versions pile up, or are kept by force', async () => {
  await using server = await start({
    settings: {
      versioning: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
      lifecycle: '<LifecycleConfiguration></LifecycleConfiguration>',
      'object-lock':
        '<ObjectLockConfiguration><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Years>1</Years></DefaultRetention></Rule></ObjectLockConfiguration>',
    },
  })
  const { code, stdout } = await examine(server)
  expect(stdout).toContain(
    '! versioning is on, and no rule deletes old versions: the lease alone leaves 2,880 versions a day',
  )
  expect(stdout).toContain('! a default retention keeps each object for 365 days')
  expect(code).toBe(0)
})
