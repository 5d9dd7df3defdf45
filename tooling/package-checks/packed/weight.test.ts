import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, inject, it } from 'vitest'
import { installedSize } from '../src/installed-size.ts'
import { modulesLoadedBy } from '../src/loaded-modules.ts'

const { folder: cwd, tarballs } = inject('consumer')

/** `npm test` shows these lines, also of a run whose result turbo remembers. */
const REPORTS = join(import.meta.dirname, '..', '.reports')
const lines: string[] = []
afterAll(() => {
  mkdirSync(REPORTS, { recursive: true })
  writeFileSync(join(REPORTS, 'weight.txt'), lines.map((line) => `weight: ${line}\n`).join(''))
})

/** In MB and packages: without the AWS SDK, and the SDK. */
it.each([
  ['s3sched', { others: [11, 34], aws: [10, 30] }],
  ['@s3sched/plugin', { others: [9, 18], aws: [10, 30] }],
  ['@s3sched/lock', { others: [1.5, 5], aws: [10, 30] }],
] as const)('an installation of %s weighs no more than it should', (name, most) => {
  const found = installedSize(join(cwd, 'node_modules', name))
  const text = (part: 'aws' | 'others'): string =>
    `${(found[part].bytes / 1e6).toFixed(1)} MB in ${found[part].packages} packages`
  lines.push(`${name} is ${text('others')}, and the AWS SDK ${text('aws')}`)
  for (const part of ['others', 'aws'] as const) {
    const [megabytes, packages] = most[part]
    expect(found[part].bytes / 1e6, part).toBeLessThanOrEqual(megabytes)
    expect(found[part].packages, part).toBeLessThanOrEqual(packages)
  }
})

/** In KB, some fifth above the measured size: a library packed into a build by mistake is larger. */
const MOST_PACKED: Readonly<Record<string, number>> = {
  s3sched: 10,
  '@s3sched/alerts': 40,
  '@s3sched/cli': 310,
  '@s3sched/coordinator': 110,
  '@s3sched/cron': 185,
  '@s3sched/dashboard': 270,
  '@s3sched/database': 110,
  '@s3sched/engine': 490,
  '@s3sched/executor': 125,
  '@s3sched/history': 315,
  '@s3sched/jobs': 205,
  '@s3sched/kernel': 95,
  '@s3sched/ledger': 125,
  '@s3sched/lock': 80,
  '@s3sched/nestjs': 26,
  '@s3sched/operator': 125,
  '@s3sched/plugin': 90,
  '@s3sched/serverless': 20,
  '@s3sched/store': 285,
  '@s3sched/targets': 90,
}

it('the packages, packed, are no larger than they should be', () => {
  const sizes = Object.entries(tarballs).map(([name, file]) => ({ name, kilobytes: statSync(file).size / 1000 }))
  const all = sizes.reduce((sum, { kilobytes }) => sum + kilobytes, 0)
  const texts = sizes.map(({ kilobytes, name }) => `${name.replace('@s3sched/', '')} ${kilobytes.toFixed(0)}`)
  lines.push(`packed, in KB: ${all.toFixed(0)} in all; ${texts.join(', ')}`)
  expect(sizes.filter(({ kilobytes, name }) => !(kilobytes <= (MOST_PACKED[name] ?? 0)))).toEqual([])
})

/** `npm run bench -- import` measures the time of an import; files are counted, since no test may fail on a slow machine. */
it.each([
  ['an import of @s3sched/lock', "await import('@s3sched/lock')", 8, 0],
  ['an import of s3sched', "await import('s3sched')", 28, 0],
  ['a start in memory', startOn('memory://weight'), 40, 0],
  ['a start on S3', startOn('s3://key:secret@bucket?region=us-east-1&endpoint=http://127.0.0.1:1'), 40, 35],
] as const)('%s loads no more than it should', async (what, script, mostFiles, mostOfAws) => {
  const loaded = await modulesLoadedBy(script, cwd)
  const aws = loaded.filter((url) => /\/@(aws-sdk|smithy|aws-crypto|aws)\//.test(url))
  lines.push(`${what} loads ${loaded.length - aws.length} files, and ${aws.length} of the AWS SDK`)
  expect(loaded.length - aws.length, loaded.join('\n')).toBeLessThanOrEqual(mostFiles)
  expect(aws.length, aws.join('\n')).toBeLessThanOrEqual(mostOfAws)
  expect(loaded.length).toBeGreaterThan(5)
})

/** The process ends in the midst: the store on S3 never answers. */
function startOn(store: string): string {
  return `
    const { SchedulerPlugin } = await import('s3sched')
    const logger = { debug() {}, info() {}, warn() {}, error() {} }
    const scheduler = new SchedulerPlugin({ store: '${store}', jobs: { job: { schedule: '0 * * * *', action() {} } }, logger })
    scheduler.start().catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    setTimeout(() => process.exit())`
}
