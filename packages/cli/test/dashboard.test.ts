import { createServer, get } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Interrupted } from '../src/ending.ts'
import { runWords, type Ended } from './terminal.ts'
import { seedFleet, type SeededFleet } from './seeded-fleet.ts'

let seeded: SeededFleet

beforeAll(async () => {
  seeded = await seedFleet()
})

afterAll(() => seeded.fleet.stopAll())

/** Starts it on any free port, hands its address over, and interrupts it. */
async function whileOpen(words: readonly string[], work: (url: string) => Promise<void>): Promise<Ended> {
  const { fleet, store } = seeded
  const interruption = new AbortController()
  const { promise: printed, resolve } = withResolvers<string>()
  const ended = runWords(['dashboard', 's3://bucket', '--port', '0', ...words], {
    clock: fleet.clock,
    store,
    signal: interruption.signal,
    onWrite: (text) => resolve(/http:\/\/\S+\//.exec(text)?.[0] ?? text),
  })
  await work(await printed)
  interruption.abort(new Interrupted('SIGINT'))
  return ended
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((done) => (resolve = done))
  return { promise, resolve }
}

describe('dashboard', () => {
  it('serves the fleet until it is interrupted, and then no more', async () => {
    let address = ''
    const ended = await whileOpen([], async (url) => {
      address = url
      const page = await fetch(url)
      expect(page.status).toBe(200)
      expect(await page.text()).toContain('billing')
    })
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    await expect(fetch(address)).rejects.toThrow(/fetch failed/)
  })

  it('says where it is as JSON', async () => {
    const { stdout } = await whileOpen(['--json'], async () => undefined)
    expect(JSON.parse(stdout)).toMatchObject({
      v: 1,
      command: 'dashboard',
      url: expect.stringMatching(/^http:\/\/127/) as string,
    })
  })

  /** As a browser asks after DNS rebinding: the address of this machine, and the name of the page that led here. */
  const askBy = (url: string, host: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(url)
      get({ hostname, port, headers: { host, ...headers } }, (answer) => resolve(answer.resume().statusCode ?? 0)).on(
        'error',
        reject,
      )
    })

  it('answers to names of this machine, and to those that it is told of', async () => {
    await whileOpen(['--allow-host', 'Ops.Example, other'], async (url) => {
      const { port } = new URL(url)
      const statuses: number[] = []
      for (const host of ['localhost', '127.0.0.1', '[::1]', 'ops.example', 'rebound.example']) {
        statuses.push(await askBy(url, `${host}:${port}`))
      }
      expect(statuses).toEqual([200, 200, 200, 200, 421])
    })
  })

  it('warns when others can reach it, and asks for a password when it is given one', async () => {
    const open = await whileOpen(['--host', '0.0.0.0'], async () => undefined)
    expect(open.stderr).toMatch(/Whoever reaches 0\.0\.0\.0 sees every job's errors.*--password/)
    const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`me:${password}`).toString('base64')}` })
    const closed = await whileOpen(['--password', 'correct horse'], async (url) => {
      const host = new URL(url).host
      expect(await askBy(url, host)).toBe(401)
      expect(await askBy(url, host, basic('wrong'))).toBe(401)
      expect(await askBy(url, host, basic('correct horse'))).toBe(200)
    })
    expect(closed.stdout + closed.stderr).not.toContain('correct horse')
  })

  it('keeps buttons from whoever reaches an address that is not of this machine', async () => {
    const { fleet, store } = seeded
    const words = ['dashboard', 's3://bucket', '--host', '0.0.0.0', '--allow-actions']
    const { code, stderr } = await runWords(words, { clock: fleet.clock, store })
    expect(code).toBe(2)
    expect(stderr).toMatch(/expected --host to be one of 127\.0\.0\.1.*got '0\.0\.0\.0'/)
  })

  it('says so when its port is taken or makes no sense', async () => {
    const { fleet, store } = seeded
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const taken = await runWords(['dashboard', 's3://bucket', '--port', String(port)], { clock: fleet.clock, store })
    expect(taken).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/EADDRINUSE.*Choose another --port/) as string,
    })
    other.close()
    const odd = await runWords(['dashboard', 's3://bucket', '--port', '65536'], { clock: fleet.clock, store })
    expect(odd).toMatchObject({ code: 2, stderr: expect.stringMatching(/whole number from 0 to 65535/) as string })
  })
})
