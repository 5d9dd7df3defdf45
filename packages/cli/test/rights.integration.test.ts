import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { createBucket } from '@s3sched-tooling/minio'
import { systemClock } from '@s3sched/kernel'
import { describe, expect, inject, it } from 'vitest'
import { limitedTo, type Statement } from './limited.ts'
import { runBin } from './spawn-bin.ts'
import { runWords, type Ended } from './terminal.ts'

/** The policy of the README, word for word, but for the name of the bucket. */
function documentedPolicy(bucket: string): readonly Statement[] {
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')
  const policy = /```json\n(\{\n {2}"Version"[\s\S]*?)```/.exec(readme)?.[1]
  if (policy === undefined) throw new Error('the README has no policy')
  return (JSON.parse(policy.replaceAll('my-bucket', bucket)) as { Statement: Statement[] }).Statement
}

const doctor = (connection: string): Promise<Ended> => runWords(['doctor', connection], { clock: systemClock })

describe.skipIf(!inject('minio'))('with rights of a real S3 server', () => {
  it('doctor is content with the policy of the README, and sees nothing beside the prefix', async () => {
    const { bucket } = await createBucket()
    const { code, stdout } = await doctor(await limitedTo(bucket, documentedPolicy(bucket)))
    expect(stdout).toContain('✓ sees nothing beside the prefix')
    expect(stdout).not.toContain('✗')
    expect(code).toBe(0)
  })

  it.each([
    ['s3:ListBucket', 'may not list', 'Allow s3:ListBucket on the bucket'],
    ['s3:GetObject', 'may not read', 'Allow s3:GetObject'],
    ['s3:PutObject', 'may not write', 'Allow s3:PutObject'],
    ['s3:DeleteObject', 'may not delete', 'Allow s3:DeleteObject'],
  ])('doctor says that %s is missing, and nothing else that is a right', async (right, message, advice) => {
    const { bucket } = await createBucket()
    const statements = documentedPolicy(bucket)
      .map((statement) => ({ ...statement, Action: [statement.Action].flat().filter((action) => action !== right) }))
      .filter(({ Action }) => Action.length > 0)
    const { code, stdout } = await doctor(await limitedTo(bucket, statements))
    expect(code).toBe(1)
    expect(stdout).toContain(`✗ ${message}\n  ${advice}\n`)
    expect(stdout.match(/✗ may not/g)).toHaveLength(1)
  })

  it('doctor --read-only finds a missing right to read, too', async () => {
    const { bucket } = await createBucket()
    const [list] = documentedPolicy(bucket)
    if (list === undefined) throw new Error('the policy of the README is empty')
    const connection = await limitedTo(bucket, [list])
    const { code, stdout } = await runWords(['doctor', '--read-only', connection], { clock: systemClock })
    expect(stdout).toContain('✗ may not read\n  Allow s3:GetObject\n')
    expect(stdout.match(/✗/g)).toHaveLength(1)
    expect(code).toBe(1)
  })

  it.each(['status', 'jobs', 'job billing', 'history', 'locks', 'audit', 'export', 'pause billing'])(
    '%s without any right is one line that says what to do, with 3',
    async (words) => {
      const { bucket } = await createBucket()
      const elsewhere: Statement[] = [{ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::another-bucket/*' }]
      const connection = await limitedTo(bucket, elsewhere)
      const { code, stderr, stdout } = await runWords([...words.split(' '), connection], { clock: systemClock })
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      expect(stderr).toMatch(/^s3sched: .*denied.*\n$/i)
    },
  )
})

describe.skipIf(!inject('minio'))('at a place where no fleet is', () => {
  const run = async (words: readonly string[], change: (connection: string) => string = (same) => same) => {
    const { bucket, client, connectionString } = await createBucket()
    return { bucket, client, ended: () => runBin([...words, change(connectionString)]) }
  }

  it.each(['status', 'jobs', 'history', 'pause billing'])(
    '%s of a bucket that is not there ends with 3',
    async (words) => {
      const { bucket, ended } = await run(words.split(' '), (connection) => connection.replace(/test-/, 'none-'))
      const { code, stderr, stdout } = await ended()
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      expect(stderr).toMatch(/^s3sched: .+\n$/)
      expect(stderr).toContain(bucket.replace('test-', 'none-'))
    },
  )

  it('an empty bucket is called empty, and one of another program theirs', async () => {
    const { bucket, client, ended } = await run(['status'])
    expect(await ended()).toMatchObject({
      code: 1,
      stderr: '',
      stdout: expect.stringContaining('it is empty') as string,
    })
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'photos/1.jpg', Body: 'x' }))
    expect((await ended()).stdout).toContain('what is there belongs to another program')
  })

  it('a server that nobody runs is one line, with 3', async () => {
    const { ended } = await run(['status'], (connection) =>
      connection.replace(/endpoint=[^&]+/, `endpoint=${encodeURIComponent('http://127.0.0.1:9')}`),
    )
    const { code, stderr, stdout } = await ended()
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/^s3sched: .+\n$/)
  })
})
