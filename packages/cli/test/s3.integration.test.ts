import { createBucket } from '@s3sched-tooling/minio'
import { shareOf } from '@s3sched-tooling/vitest/share-of'
import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin } from '@s3sched/plugin'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { describeInATerminal } from './in-a-terminal.ts'
import { runBin, type Exited } from './spawn-bin.ts'

describe.skipIf(!inject('minio'))('against a real S3 server', () => {
  let connection: string
  let scheduler: SchedulerPlugin<unknown>
  let hasRun: () => void
  const ran = new Promise<void>((resolve) => (hasRun = resolve))

  beforeAll(async () => {
    const bucket = await createBucket()
    connection = bucket.connectionString
    scheduler = new SchedulerPlugin<unknown>({
      store: connection,
      workerId: 'web-1',
      skipColdStart: true,
      heartbeatInterval: 2000,
      logger: silentLogger,
      jobs: {
        billing: { schedule: '0 8 * * *', action: () => hasRun() },
        failing: { schedule: null, action: () => Promise.reject(new Error('no such customer')) },
      },
    })
    await scheduler.start()
    await scheduler.runJob('failing').catch(() => undefined) // it is there to fail
  })

  afterAll(() => scheduler?.stop({ timeout: 0 }))

  const run = (...words: string[]): Promise<Exited> => runBin(words, { S3SCHED_STORE: connection })

  it('doctor finds it sound', async () => {
    const { code, stdout } = await run('doctor')
    expect(stdout).toContain('✓ conditional writes hold')
    expect(stdout).toContain('web-1 leads in epoch 1')
    expect(code).toBe(0)
  })

  it('status shows the leader, the instances and the failed run, and ends with 1', async () => {
    const { code, stdout } = await run('status', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      healthy: false,
      leader: { state: 'held', workerId: 'web-1', epoch: 1, isSilent: false },
      workers: [{ workerId: 'web-1' }],
      findings: [{ code: 'LAST_RUN_FAILED', job: 'failing' }],
      jobs: [{ name: 'billing' }, { name: 'failing', lastRun: { status: 'failed', error: 'no such customer' } }],
    })
  })

  it('pause is in the bucket when it says so, and resume ends it', async () => {
    expect(await run('pause', 'billing')).toMatchObject({ code: 0, stderr: '' })
    expect((await run('jobs')).stdout).toMatch(/billing +paused/)
    expect(await run('resume', 'billing')).toMatchObject({ code: 0, stderr: '' })
    expect((await run('jobs')).stdout).toMatch(/billing +waiting/)
  })

  it('run has the leader run the job, and waits for its end', async () => {
    const { code, stdout } = await run('run', 'billing', '--wait', '2m')
    await ran
    expect(stdout).toContain('Ended: success')
    expect(code).toBe(0)
  })

  it('shows no secret anywhere', async () => {
    const minio = inject('minio')
    const words = [
      ['status'],
      ['doctor', '--read-only'],
      ['jobs', '--json'],
      ['job', 'nobody', '--debug'],
      ['audit'],
      ['cost'],
    ]
    const answers = await Promise.all(words.map((each) => run(...each)))
    for (const { stderr, stdout } of answers) expect(stdout + stderr).not.toContain(minio?.secretAccessKey)
  })

  it('refuses wrong credentials in one line, with 3', async () => {
    const wrong = connection.replace(/:\/\/[^@]*@/, '://nobody:wrongwrong@')
    const { code, stderr, stdout } = await runBin(['status', wrong])
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/^s3sched: .+\n$/)
    expect(stderr).not.toContain('wrongwrong')
  })
})

/** The unit tests have the suite on a folder. */
const REPEATED_ON = shareOf('repeats') > 0 ? ['a real S3 server'] : []

describe.skipIf(!inject('minio')).each(REPEATED_ON)('on %s', () => {
  describeInATerminal(async () => (await createBucket()).connectionString)
})
