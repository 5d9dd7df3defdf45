import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunRecord } from '@s3sched/history'
import { putRuns } from '@s3sched/jobs/testing'
import { systemRandom } from '@s3sched/kernel'
import { SchedulerPlugin } from '@s3sched/plugin'
import { openStore, scopeStore } from '@s3sched/store'
import { startS3Server } from '@s3sched/store/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exited, type Exited, hasTerminal, runBin, runInTerminal, startBin, withoutProgress } from './spawn-bin.ts'

let folder: string
let connection: string

/** A real fleet of one on a real folder, which has ended; and many runs, so that a pipe can break. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 's3sched-cli-'))
  connection = `file://${folder}/store`
  const scheduler = new SchedulerPlugin<unknown>({
    store: connection,
    workerId: 'web-1',
    skipColdStart: true,
    heartbeatInterval: 500,
    jobs: { billing: { schedule: null, action: () => ({ sent: 3 }) } },
  })
  await scheduler.start()
  await scheduler.runJob('billing')
  await scheduler.stop()
  const store = openStore(connection)
  const runs = Array.from({ length: 300 }, (_, index): RunRecord => ({
    runId: `run-${index}`,
    job: 'bulk',
    status: 'success',
    scheduledTime: 1_767_614_400_000 + index * 1000,
    startedAt: 1_767_614_400_000 + index * 1000,
    endedAt: 1_767_614_400_005 + index * 1000,
    durationMs: 5,
    attempts: [],
    trigger: 'schedule',
    workerId: 'web-1',
    result: 'x'.repeat(1500),
  }))
  await putRuns(scopeStore(store, 's3sched/'), runs)
  await store.close()
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the program', () => {
  it('reads standard input as the file -', async () => {
    const child = startBin(['import', 'crontab', '-'], {}, '0 3 * * * backup.sh\n')
    const { code, stderr, stdout } = await exited(child)
    expect({ code, stderr }).toEqual({ code: 0, stderr: 's3sched: 1 job, 0 remarks\n' })
    expect(stdout).toContain('The jobs of standard input,')
  })

  it('takes the store as an argument, as an option and from S3SCHED_STORE', async () => {
    const answers = await Promise.all([
      runBin(['jobs', connection]),
      runBin(['jobs', '--store', connection]),
      runBin(['jobs'], { S3SCHED_STORE: connection }),
    ])
    for (const answer of answers) {
      expect(answer).toMatchObject({ code: 0, stderr: '' })
      expect(answer.stdout).toMatch(/^JOB +STATE .*\nbilling +waiting/)
    }
  })

  it('takes the folder of an application without a store, and says so', async () => {
    const own = await mkdtemp(join(tmpdir(), 's3sched-cli-'))
    const at = (...words: string[]): Promise<Exited> => exited(startBin(words, {}, '', own))
    expect(await at('jobs')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no store was given, and there is no folder .s3sched here'),
    })
    await cp(join(folder, 'store'), join(own, '.s3sched'), { recursive: true })
    const told = 's3sched: no store was given: using file://.s3sched in the working directory\n'
    for (const words of [['jobs'], ['job', 'billing'], ['history'], ['next', '--job', 'billing']]) {
      const { code, stderr, stdout } = await at(...words)
      expect({ words, stderr }).toEqual({ words, stderr: told })
      expect(stdout).not.toBe('')
      expect(code).toBeLessThan(2)
    }
    expect(JSON.parse((await at('jobs', '--json')).stdout)).toMatchObject({
      store: expect.stringContaining('.s3sched'),
    })
    const dashboard = startBin(['dashboard', '--port', '0'], {}, '', own)
    dashboard.stdout?.once('data', () => dashboard.kill('SIGTERM'))
    expect(await exited(dashboard)).toMatchObject({
      code: 0,
      stderr: told,
      stdout: expect.stringContaining('.s3sched'),
    })
    await rm(own, { recursive: true, force: true })
  })

  it('ends with what it found', async () => {
    await using server = await startS3Server()
    server.script('LIST', { status: 403, code: 'AccessDenied', message: 'Access Denied' })
    const answers = await Promise.all([
      runBin(['job', 'billing', connection]),
      runBin(['job', 'biling', connection]),
      runBin(['stauts']),
      runBin(['jobs', server.connection]),
    ])
    expect(answers.map(({ code }) => code)).toEqual([0, 1, 2, 3])
    for (const { stderr } of answers.slice(1)) expect(stderr).toMatch(/^s3sched: .+\n/)
  })

  it('ends at once, silently and with 141 when nobody reads on', async () => {
    const child = startBin(['export', 'bulk', connection])
    child.stdout?.once('data', () => child.stdout?.destroy())
    let stderr = ''
    child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    expect({ code, stderr }).toEqual({ code: 141, stderr: '' })
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends what goes on for ever without a word and with 0 on %s',
    async (signal) => {
      for (const words of [
        ['history', 'billing', '--follow'],
        ['dashboard', '--port', '0'],
      ]) {
        const child = startBin([...words, connection])
        child.stdout?.once('data', () => child.kill(signal))
        const ended = await exited(child)
        expect({ code: ended.code, stderr: ended.stderr }, words[0]).toEqual({ code: 0, stderr: '' })
      }
    },
  )

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('can be interrupted by %s while a server does not answer', async (signal, code) => {
    await using server = await startS3Server()
    server.script('LIST', ...Array.from({ length: 50 }, () => 'blackHole' as const))
    server.script('GET', ...Array.from({ length: 50 }, () => 'blackHole' as const))
    const child = startBin(['status', server.connection])
    const ending = exited(child)
    await server.received('LIST', 1)
    child.kill(signal)
    expect(await ending).toMatchObject({ code, stdout: '', stderr: 's3sched: interrupted\n' })
  })
})

it('completes commands and options in bash', async () => {
  const { stdout: script } = await runBin(['completion', 'bash'])
  const complete = (words: string): string => {
    const count = words.split(' ').length - 1
    const asked = `COMP_WORDS=(${words}); COMP_CWORD=${count}; _s3sched; echo "\${COMPREPLY[@]}"`
    const { status, stdout, stderr } = spawnSync('bash', ['-c', `${script}\n${asked}`], { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    return stdout.trim()
  }
  expect(complete('s3sched hi')).toBe('history')
  expect(complete('s3sched p')).toBe('pause prune')
  expect(complete('s3sched history --s')).toBe('--status --since --sql --store')
  expect(complete('s3sched completion f')).toBe('fish')
})

describe.skipIf(!hasTerminal)('in a terminal', () => {
  it('colours, and fits its tables', async () => {
    const { code, stdout } = await runInTerminal(`s3sched history bulk -n 3 '${connection}'`, 60)
    expect(code).toBe(0)
    expect(stdout).toContain('\u001B[32m')
    // oxlint-disable-next-line no-control-regex -- the colours
    const text = withoutProgress(stdout).replaceAll(/\u001B\[\d+m/g, '')
    const lines = text.split(/\r?\n/)
    expect(lines.filter((line) => line.includes('success'))).toHaveLength(3)
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(60)
  })

  it('says what it waits for, and wipes it away', async () => {
    await using server = await startS3Server({ latencyMs: 600, random: { ...systemRandom, float: () => 1 } })
    const { stdout } = await runInTerminal(`s3sched jobs '${server.connection}'`, 80)
    expect(stdout).toContain('\r\u001B[KReading the jobs … 1s')
    expect(stdout.slice(stdout.lastIndexOf('…'))).toContain('\r\u001B[K')
  })

  it('gives a pipe neither colours nor cuts', async () => {
    const { stdout } = await runInTerminal(`s3sched history bulk -n 3 '${connection}' | cat`, 40)
    expect(withoutProgress(stdout)).not.toContain('\u001B[')
    expect(stdout).toContain('run-299')
  })

  it('says that the output can not be written', async () => {
    const { stdout } = await runInTerminal(`s3sched jobs '${connection}' >/dev/full; echo "[$?]"`, 200)
    expect(stdout).toMatch(/s3sched: the output can't be written: ENOSPC.* write it elsewhere\s+\[1\]/)
  })

  it('ends at a broken pipe without a word', async () => {
    const { stdout } = await runInTerminal(
      `s3sched export bulk '${connection}' | head -c 10; echo "[\${PIPESTATUS[0]}]"`,
      80,
    )
    expect(withoutProgress(stdout)).toMatch(/^\{"runId":"?.{0,3}\[141\]/)
  })
})
