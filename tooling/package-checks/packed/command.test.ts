import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, inject, it } from 'vitest'
import { readManifest } from '../src/public-packages.ts'
import { runProgram } from '../src/run-program.ts'

const { folder: cwd } = inject('consumer')
const { version } = readManifest(join(cwd, 'node_modules', 's3sched')) as { version?: string }

const CRON_JOB = `kind: CronJob
metadata: { name: nightly }
spec:
  schedule: '@daily'
  jobTemplate: { spec: { template: { spec: { containers: [{ name: c }] } } } }
`

it.each(['s3sched', '@s3sched/cli'])('the command of %s looks at a store', async (name) => {
  const program = join(cwd, 'node_modules', name, 'dist', 'main.js')
  const folder = await mkdtemp(join(tmpdir(), 's3sched-command-'))
  try {
    const run = (...args: string[]): ReturnType<typeof runProgram> =>
      runProgram(process.execPath, [program, ...args], { cwd })
    expect(await run('--version')).toEqual({ code: 0, output: `${version}\n` })
    const { code, output } = await run('doctor', pathToFileURL(folder).href)
    expect(code, output).toBe(0)
    expect(output).toContain('conditional writes')
    // The reader of YAML is packed into the build.
    const manifest = join(folder, 'jobs.yaml')
    await writeFile(manifest, CRON_JOB)
    expect(await run('import', 'k8s', manifest)).toMatchObject({
      code: 0,
      output: expect.stringContaining('nightly: {'),
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

it('npx finds the command s3sched', async () => {
  expect(await runProgram('npx', ['--no-install', 's3sched', '--version'], { cwd })).toEqual({
    code: 0,
    output: `${version}\n`,
  })
})
