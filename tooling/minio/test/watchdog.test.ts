import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, expect, it, vi } from 'vitest'
import { startWatchdog, type Leftover } from '../src/watchdog.ts'

const module = fileURLToPath(new URL('../src/watchdog.ts', import.meta.url))

async function startServer(): Promise<{ server: ChildProcess; leftover: Leftover & { kind: 'process' } }> {
  const server = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
  await once(server, 'spawn')
  const dir = await mkdtemp(join(tmpdir(), 'watchdog-'))
  return { server, leftover: { kind: 'process', pid: server.pid ?? 0, dir } }
}

afterEach(() => vi.unstubAllEnvs())

it('removes the server and its data when it is released', async () => {
  const { server, leftover } = await startServer()
  const ended = once(server, 'exit')
  await startWatchdog(leftover).release()
  await ended
  expect(existsSync(leftover.dir)).toBe(false)
})

it('is content when the server is gone already', async () => {
  const { server, leftover } = await startServer()
  const ended = once(server, 'exit')
  server.kill('SIGKILL')
  await ended
  await startWatchdog(leftover).release()
  expect(existsSync(leftover.dir)).toBe(false)
})

it('removes the server when its run is killed', async () => {
  const { server, leftover } = await startServer()
  const ended = once(server, 'exit')
  const script = `
    import { startWatchdog } from ${JSON.stringify(module)}
    startWatchdog(${JSON.stringify(leftover)})
    console.log('watching')
    setInterval(() => {}, 1000)`
  const run = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const output = once(run, 'close')
  await once(run.stdout, 'data')
  run.kill('SIGKILL')
  await ended
  // The watchdog holds the run's output open until its work is done.
  await output
  expect(existsSync(leftover.dir)).toBe(false)
})

it('says so when the server could not be removed', async () => {
  const impossible = { kind: 'process', pid: 'none', dir: '' } as unknown as Leftover
  await expect(startWatchdog(impossible).release()).rejects.toThrow(/could not be removed/)
})

it('says so when the watchdog itself was killed', async () => {
  const { server, leftover } = await startServer()
  // The loop blocks, so that the run does not see the end of the watchdog before the write into the broken pipe.
  const script = `
    import { execFileSync } from 'node:child_process'
    import { startWatchdog } from ${JSON.stringify(module)}
    const watchdog = startWatchdog(${JSON.stringify(leftover)})
    const pid = execFileSync('pgrep', ['-P', String(process.pid)]).toString().trim()
    process.kill(Number(pid), 'SIGKILL')
    while (!execFileSync('ps', ['-o', 'stat=', '-p', pid]).toString().startsWith('Z'));
    await watchdog.release().catch((error) => console.log(error.message))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  expect(stdout).toMatch(/could not be removed/)
  server.kill('SIGKILL')
})

it('removes a container that a busy engine refuses to remove at first', async () => {
  const asked: string[] = []
  const engine = createServer(({ method, url = '' }, response) => {
    const isGone = asked.filter((each) => each.startsWith('DELETE')).length === 2
    if (method === 'DELETE' || url.includes('/containers/')) asked.push(`${method} ${url.split('?')[0]}`)
    response.setHeader('content-type', 'application/json')
    if (method === 'DELETE') response.statusCode = asked.length === 2 ? 500 : 204
    response.end(url.includes('/containers/json') ? (isGone ? '[]' : '[{"Id":"one"}]') : '{"message":"resource busy"}')
  })
  engine.listen(0, '127.0.0.1')
  await once(engine, 'listening')
  vi.stubEnv('DOCKER_HOST', `tcp://127.0.0.1:${(engine.address() as AddressInfo).port}`)
  await startWatchdog({ kind: 'container', label: 'label', value: 'value' }).release()
  const [list, removal] = ['GET /containers/json', 'DELETE /containers/one']
  expect(asked).toEqual([list, removal, list, removal, list])
  engine.close()
})
