import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createManualClock } from '@s3sched/kernel/testing'
import { createScheduler, type SchedulerJob } from '@s3sched/plugin'
import { type Ended, runWords } from './terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 's3sched-import-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const clock = createManualClock(Date.UTC(2026, 0, 5, 12))
let files = 0

function importing(kind: string, text: string, ...options: string[]): Promise<Ended> {
  const file = join(folder, `file-${++files}`)
  writeFileSync(file, text)
  return runWords(['import', kind, file, ...options], { clock })
}

type Job = SchedulerJob & { readonly action: { readonly given: unknown } }

/** Runs the printed module on targets that keep what they are given, and lets a scheduler check the jobs. */
async function jobsIn({ stdout }: Ended): Promise<Record<string, Job>> {
  const stubs = `
    const http = (url, { payload }) => Object.assign(() => 1, { given: { url, payload: payload() } })
    const kubernetesJob = (template, options) => Object.assign(() => 1, { given: { template, options } })`
  const code = `${stubs}\n${stdout.replaceAll(/^import .*$/gm, '')}`
  const { jobs } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { jobs: Record<string, Job> }
  createScheduler({ store: 'memory://imported', jobs })
  return jobs
}

const CRONTAB = String.raw`# of the database server
SHELL=/bin/bash
MAILTO="ops@example.org"
PATH = /usr/local/bin:/usr/bin

# nightly backup
0 3 * * *   /usr/local/bin/backup.sh --to "s3://b" 2>&1 | logger
CRON_TZ=Europe/Rome
*/5 8-18 * * mon-fri  cd /srv/app && nice -n 5 php artisan.php schedule:run
@reboot root-tool --warm
30 4 1,15 * 5 mail -s "100\% done" ops%Dear all,%%it is done
-10~50 2 * * * LANG=C backup.sh
61 * * * * broken
not an entry
`

describe('import crontab', () => {
  it('makes a module with the jobs, and says what it could not carry over', async () => {
    const ended = await importing('crontab', CRONTAB)
    expect(ended.code).toBe(1)
    const jobs = await jobsIn(ended)
    const common = { shell: '/bin/bash', env: { PATH: '/usr/local/bin:/usr/bin' } }
    expect(Object.entries(jobs).map(([name, { action, ...fields }]) => [name, fields, action.given])).toEqual([
      [
        'backup',
        { schedule: '0 3 * * *', description: 'nightly backup', timeout: 0 },
        {
          url: 'http://127.0.0.1:8080/',
          payload: { command: '/usr/local/bin/backup.sh --to "s3://b" 2>&1 | logger', ...withShell(common) },
        },
      ],
      [
        'artisan',
        { schedule: '*/5 8-18 * * mon-fri', timezone: 'Europe/Rome', timeout: 0 },
        {
          url: 'http://127.0.0.1:8080/',
          payload: { command: 'cd /srv/app && nice -n 5 php artisan.php schedule:run', ...withShell(common) },
        },
      ],
      [
        'root-tool',
        { schedule: null, runOnStart: true, timeout: 0 },
        { url: 'http://127.0.0.1:8080/', payload: { command: 'root-tool --warm', ...withShell(common) } },
      ],
      [
        'mail',
        { schedule: '30 4 1,15 * 5', timezone: 'Europe/Rome', timeout: 0 },
        {
          url: 'http://127.0.0.1:8080/',
          payload: { command: 'mail -s "100% done" ops', stdin: 'Dear all,\n\nit is done\n', ...withShell(common) },
        },
      ],
      [
        'backup-2',
        { schedule: 'H(10-50) 2 * * *', timezone: 'Europe/Rome', timeout: 0 },
        { url: 'http://127.0.0.1:8080/', payload: { command: 'LANG=C backup.sh', ...withShell(common) } },
      ],
    ])
    const remarks = ended.stderr.replaceAll('s3sched: ', '').trimEnd().split('\n')
    expect(remarks).toEqual([
      'line 3: MAILTO is left out: nobody gets mail: alerts tell of failed jobs',
      'line 10: @reboot runs once at the start of the fleet, and not at each start of a machine',
      "line 12: '~' is H here: the value comes from the job's name, and stays",
      "line 13: '61 * * * *': minute 61 is outside 0-59",
      'line 14: neither a variable nor an entry: not an entry',
      '5 jobs, 5 remarks',
    ])
    for (const remark of remarks.slice(0, -1)) expect(ended.stdout).toContain(`// ${remark}`)
  })

  it('reads the users of a system crontab, and takes the zone of the machine and the address of the service', async () => {
    const text = 'RANDOM_DELAY=10\n17 * * * *\troot\tcd / && run-parts --report /etc/cron.hourly\n'
    const ended = await importing('crontab', text, '--users', '--tz', 'Asia/Tokyo', '--url', 'https://run.example/x')
    expect(ended.code).toBe(0)
    const { 'run-parts': job } = await jobsIn(ended)
    expect(job).toMatchObject({ schedule: '17 * * * *', timezone: 'Asia/Tokyo', jitterMs: 600_000 })
    expect(job?.action.given).toMatchObject({ url: 'https://run.example/x', payload: { user: 'root' } })
  })

  it('makes Jobs of Kubernetes with an image', async () => {
    const ended = await importing('crontab', "A='b c'\n@daily report --all%input\n", '--image', 'tools:1')
    expect((await jobsIn(ended))['report']?.action.given).toEqual({
      options: undefined,
      template: {
        backoffLimit: 0,
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [
              {
                name: 'command',
                image: 'tools:1',
                command: ['/bin/sh', '-c', 'printf %s "$CRON_STDIN" | { report --all; }'],
                env: [
                  { name: 'A', value: 'b c' },
                  { name: 'CRON_STDIN', value: 'input\n' },
                ],
              },
            ],
          },
        },
      },
    })
  })

  it('lets no text of the file become code', async () => {
    const text =
      "# */ throw 1\nconstructor=__proto__\n__proto__=x\n0 0 * * * ${process.exit(3)}'; throw 1 //\\u2028\nX='\n"
    const jobs = await jobsIn(await importing('crontab', text))
    const [job] = Object.values(jobs)
    const { payload } = (job as Job).action.given as { payload: { command: string; env: object } }
    expect(payload.command).toBe("${process.exit(3)}'; throw 1 //\\u2028")
    expect(Object.entries(payload.env)).toEqual([
      ['constructor', '__proto__'],
      ['__proto__', 'x'],
    ])
  })
})

const CRON_JOBS = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: report, namespace: billing, labels: { team: a }, annotations: { kubectl.kubernetes.io/last-applied-configuration: x } }
spec:
  schedule: "0 8 */2 * 1"
  timeZone: Europe/Rome
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 200
  suspend: true
  successfulJobsHistoryLimit: 3
  jobTemplate:
    metadata: { labels: { job: report } }
    spec: &spec
      backoffLimit: 2
      activeDeadlineSeconds: 600
      template: { spec: { restartPolicy: Never, containers: [{ name: c, image: "tools:1", args: [report] }] } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
---
apiVersion: v1
kind: List
items:
  - kind: CronJob
    metadata: { name: report, namespace: sales }
    spec: { schedule: "@every 15m", concurrencyPolicy: Replace, jobTemplate: { spec: { template: { spec: { containers: [{ name: c }] } } } } }
  - kind: CronJob
    metadata: { name: bad }
    spec: { schedule: "0 8 * *", jobTemplate: { spec: { template: { spec: { containers: [{ name: c }] } } } } }
  - kind: CronJob
    metadata: { name: empty }
    spec: { schedule: "0 8 * * *", jobTemplate: { spec: {} } }
---
`

describe('import k8s', () => {
  it('makes a module with the jobs, and says what it could not carry over', async () => {
    const ended = await importing('k8s', CRON_JOBS)
    expect(ended.code).toBe(1)
    const jobs = await jobsIn(ended)
    expect(Object.entries(jobs).map(([name, { action, ...fields }]) => [name, fields, action.given])).toEqual([
      [
        'report',
        {
          schedule: '0 8 */2 * 1',
          timezone: 'Europe/Rome',
          overlap: 'skip',
          catchUpWindowMs: 200_000,
          enabled: false,
          timeout: 0,
        },
        {
          options: { namespace: 'billing' },
          template: {
            backoffLimit: 2,
            activeDeadlineSeconds: 600,
            template: {
              spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'tools:1', args: ['report'] }] },
            },
          },
        },
      ],
      [
        'sales/report',
        { schedule: { every: '15m' }, overlap: 'cancel', timeout: 0 },
        { options: { namespace: 'sales' }, template: { template: { spec: { containers: [{ name: 'c' }] } } } },
      ],
    ])
    expect(ended.stderr.replaceAll('s3sched: ', '').trimEnd().split('\n')).toEqual([
      "CronJob report: '0 8 */2 * 1': Kubernetes runs on days that fit either day field; here both have to fit",
      'CronJob report: the limits of the history are left out: historyRetention keeps the runs, ttlSecondsAfterFinished the Jobs',
      'CronJob report: labels and annotations of the CronJob are left out, those of the pod stay: team',
      'CronJob report: labels and annotations of the jobTemplate are left out, those of the pod stay: job',
      'document 2: left out: expected a CronJob, got Service web',
      'CronJob report: @every counts from a fixed instant here, and not from the start of the controller',
      "CronJob bad: '0 8 * *': it has 4 fields, not 5 or 6",
      'CronJob empty: expected spec.jobTemplate.spec.template.spec.containers',
      '2 jobs, 8 remarks',
    ])
  })

  it('refuses a template that is not rendered, and other words', async () => {
    expect(await importing('k8s', 'kind: {{ .Values.kind }}\n  - x')).toMatchObject({ code: 2 })
    expect(await importing('systemd', '')).toMatchObject({ code: 2 })
    expect(await importing('k8s', '', '--image', 'x')).toMatchObject({ code: 2 })
    expect(await runWords(['import', 'k8s', join(folder, 'none')], { clock })).toMatchObject({ code: 2 })
    expect(await runWords(['import', 'crontab'], { clock })).toMatchObject({ code: 2 })
  })

  it('tells programs the same with --json', async () => {
    const { stdout } = await importing('k8s', CRON_JOBS, '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      v: 1,
      command: 'import',
      jobs: [
        { name: 'report', fields: { overlap: 'skip' }, target: { kind: 'kubernetesJob' } },
        { name: 'sales/report' },
      ],
    })
  })
})

function withShell({ env, shell }: { readonly env: object; readonly shell: string }): object {
  return { shell, env: { SHELL: shell, ...env } }
}
