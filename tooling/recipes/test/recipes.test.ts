import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { listAll, openStore } from '@s3sched/store'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const RECIPES = join(ROOT, 'docs', 'recipes')
/** A stop after a signal: 20 s for open runs, and 5 s for the store. */
const STOP_S = 25

const read = (file: string): string => readFileSync(join(RECIPES, file), 'utf8')

/** The value at a path of keys and indexes; a step that is missing fails the test. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce((from: unknown, step) => {
    expect(from, `a place for ${step} of ${path.join('.')}`).toBeTypeOf('object')
    return (from as Readonly<Record<string | number, unknown>>)[step]
  }, value)
}

describe('the process with jobs', () => {
  it('answers its probes once it is ready, and stops in order at SIGTERM', async () => {
    // Below this folder, imports find the package.
    const folder = join(import.meta.dirname, '..', '.blocks')
    const bucket = mkdtempSync(join(tmpdir(), 's3sched-recipe-'))
    mkdirSync(folder, { recursive: true })
    for (const file of ['server.js', 'jobs.js', 'package.json']) cpSync(join(RECIPES, file), join(folder, file))
    const port = 20_000 + (process.pid % 20_000)
    const connection = pathToFileURL(bucket).href
    const child = spawn(process.execPath, ['--conditions=@s3sched/source', join(folder, 'server.js')], {
      env: { ...process.env, S3SCHED_STORE: connection, PORT: String(port) },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const exit = once(child, 'exit')
    try {
      expect(await Promise.race([once(child, 'message'), exit])).toEqual(['ready', undefined])
      const status = async (path: string): Promise<number> => (await fetch(`http://127.0.0.1:${port}${path}`)).status
      expect([await status('/healthz'), await status('/readyz'), await status('/')]).toEqual([200, 200, 404])
      child.kill('SIGTERM')
      expect(await exit).toEqual([null, 'SIGTERM'])
      const store = openStore(connection)
      const keys = (await listAll(store, '')).map(({ key }) => key)
      expect(keys.filter((key) => key.startsWith('s3sched/jobs/'))).not.toEqual([])
      expect(keys.filter((key) => key.startsWith('s3sched/workers/'))).toEqual([])
      await store.close()
    } finally {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
      rmSync(bucket, { recursive: true, force: true })
    }
  })
})

describe('each recipe waits longer than a stop takes:', () => {
  it('Kubernetes, with the paths and the port of the process, and a service account', () => {
    const objects = parseAllDocuments(read('kubernetes.yaml')).map((document) => document.toJS() as unknown)
    const [account, deployment] = objects
    const pod = at(deployment, 'spec', 'template', 'spec')
    expect(at(pod, 'terminationGracePeriodSeconds')).toBeGreaterThan(STOP_S)
    expect(at(pod, 'serviceAccountName')).toBe(at(account, 'metadata', 'name'))
    const container = at(pod, 'containers', 0)
    expect(at(container, 'ports', 0)).toEqual({ name: 'http', containerPort: 8080 })
    expect(at(container, 'livenessProbe', 'httpGet', 'path')).toBe('/healthz')
    expect(at(container, 'readinessProbe', 'httpGet', 'path')).toBe('/readyz')
    expect(at(deployment, 'spec', 'selector', 'matchLabels')).toEqual(
      at(deployment, 'spec', 'template', 'metadata', 'labels'),
    )
  })

  it('Compose, with a store at the service of the same name', () => {
    const services = at(parse(read('compose.yaml')) as unknown, 'services')
    expect(at(services, 'app', 'stop_grace_period')).toBe('30s')
    const store = String(at(services, 'app', 'environment', 'S3SCHED_STORE'))
    const { hostname } = new URL(new URL(store).searchParams.get('endpoint') ?? '')
    expect(Object.keys(services as object)).toContain(hostname)
    expect(new URL(store).hostname).toBe(at(services, 'bucket', 'environment', 'BUCKET'))
    expect(new URL(store).username).toBe(at(services, 'minio', 'environment', 'MINIO_ROOT_USER'))
    const [, script] = at(services, 'bucket', 'command') as string[]
    expect(read(script ?? '')).toContain('CreateBucketCommand')
  })

  it('PM2', () => {
    const { apps } = createRequire(import.meta.url)(join(RECIPES, 'ecosystem.config.cjs')) as { apps: unknown[] }
    expect(at(apps, 0, 'kill_timeout')).toBeGreaterThan(STOP_S * 1000)
    expect(at(apps, 0, 'script')).toBe('server.js')
  })

  it('systemd', () => {
    const unit = read('app-with-jobs.service')
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(STOP_S)
    expect(unit).toMatch(/^ExecStart=\S+\/node \S+\/server\.js$/m)
  })

  it('a container runs Node itself, which gets the signal', () => {
    expect(read('Dockerfile')).toMatch(/^CMD \["node", "server\.js"\]$/m)
  })
})

it('Terraform gives the rights of the page about security, which the integration tests try, and no others', () => {
  const terraform = read('main.tf')
  const json = /```json\n(\{[\s\S]*?\n\})\n```/.exec(readFileSync(join(ROOT, 'docs', 'security.md'), 'utf8'))?.[1] ?? ''
  const { Statement: statements } = JSON.parse(json) as { Statement: { Action: string | string[] }[] }
  const actions = [...terraform.matchAll(/actions\s+= \[(.*)\]/g)].map(([, list = '']) =>
    list.replaceAll(/["\s]/g, '').split(','),
  )
  expect(actions.slice(0, 2)).toEqual(statements.map(({ Action: action }) => [action].flat()))
  expect(terraform).toContain('resources = ["${aws_s3_bucket.jobs.arn}/${var.prefix}/*"]')
  expect(terraform).toMatch(/variable = "s3:prefix"\s+values\s+= \["\$\{var\.prefix\}\/\*"\]/)
  const rule = readFileSync(join(ROOT, 'docs', 'guides', 'several-instances.md'), 'utf8')
  expect(rule).toContain(`"ID": "${/id\s+= "([\w-]+)"\n\s+status/.exec(terraform)?.[1]}"`)
})

/** Where the program is installed. */
function check(
  program: string,
  ...args: readonly string[]
): { readonly isInstalled: boolean; readonly output: string } {
  const { error, status, stderr, stdout } = spawnSync(program, args, { encoding: 'utf8' })
  return { isInstalled: error === undefined, output: status === 0 ? '' : `${status}: ${stdout}${stderr}` }
}

describe('where their programs are installed', () => {
  it('terraform reads the file', ({ skip }) => {
    const { isInstalled, output } = check('terraform', 'fmt', '-check', '-diff', join(RECIPES, 'main.tf'))
    if (!isInstalled) skip('there is no terraform')
    expect(output).toBe('')
  })

  it('docker-compose reads the file', ({ skip }) => {
    const { isInstalled, output } = check('docker-compose', '-f', join(RECIPES, 'compose.yaml'), 'config', '-q')
    if (!isInstalled) skip('there is no docker-compose')
    expect(output).toBe('')
  })

  it('systemd finds no fault in the unit', ({ skip }) => {
    const { isInstalled, output } = check('systemd-analyze', 'verify', join(RECIPES, 'app-with-jobs.service'))
    // The only remark allowed is about the place of Node on this machine.
    if (!isInstalled || output.includes('is not executable')) skip('there is no systemd, or no /usr/bin/node')
    expect(output).toBe('')
  })
})
