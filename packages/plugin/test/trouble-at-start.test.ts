import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@s3sched/kernel'
import { startS3Server, type S3ErrorAnswer } from '@s3sched/store/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SchedulerError, SchedulerPlugin } from '../src/index.ts'

const JOBS = { job: { schedule: '0 0 1 1 *', action: () => 1 } }

async function startError(store: string): Promise<SchedulerError> {
  const scheduler = new SchedulerPlugin({ store, logger: silentLogger, skipColdStart: true, jobs: JOBS })
  const error: unknown = await scheduler.start().catch((thrown: unknown) => thrown)
  if (!(error instanceof SchedulerError)) throw new Error(`expected a SchedulerError, got ${String(error)}`)
  return error
}

describe('a start that the store refuses fails with the value, the advice and no secret', () => {
  it.each<[S3ErrorAnswer, RegExp]>([
    [{ status: 404, code: 'NoSuchBucket', message: 'The bucket does not exist' }, /Create the bucket/],
    [{ status: 403, code: 'SignatureDoesNotMatch', message: 'It does not match' }, /Check the key/],
    [{ status: 403, code: 'AccessDenied', message: 'Access Denied' }, /Grant s3:GetObject/],
    [{ status: 400, code: 'AuthorizationHeaderMalformed', message: 'the region is wrong' }, /region/],
  ])('%o', async (answer, advice) => {
    await using server = await startS3Server()
    for (const verb of ['GET', 'LIST', 'PUT'] as const) {
      server.script(verb, ...Array.from({ length: 20 }, () => answer))
    }
    const host = server.endpoint.replace('http://', '')
    const error = await startError(`http://key:Sup3rSecret@${host}/my-bucket`)
    expect(error).toMatchObject({ code: 'STORE', suggestion: expect.stringMatching(advice) as string })
    expect(error.message).toContain('my-bucket')
    expect(error.message).toMatch(advice)
    expect(error.message.split(error.suggestion ?? '')).toHaveLength(2)
    expect(JSON.stringify(error)).not.toContain('Sup3rSecret')
  })

  it('a folder that is a file, or holds something else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 's3sched-start-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'file'), '')
    for (const path of [join(folder, 'file'), folder]) {
      const error = await startError(`file://${path}`)
      expect(error).toMatchObject({ code: 'STORE', suggestion: expect.stringMatching(/folder/) as string })
      expect(error.message).toContain(path)
    }
  })
})
