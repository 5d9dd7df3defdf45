import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { createDashboard } from '@s3sched/dashboard'
import { createSampleFleet } from './fleet/sample-fleet.ts'
import { serve } from './fleet/serve.ts'

async function startExpress(): Promise<AsyncDisposable & { readonly url: string }> {
  const program = fileURLToPath(new URL('fleet/express-app.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@s3sched/source', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output] = (await once(child.stdout, 'data')) as [Buffer]
  const exit = once(child, 'exit')
  return {
    url: output.toString().trim(),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exit
    },
  }
}

it('says what it needs where it is called as a handler of another kind', async () => {
  await using dashboard = createDashboard('memory://mounted-wrongly')
  const raw = { raw: {} }
  for (const given of [[new Request('http://host/')], [{ req: {}, env: {} }, () => {}], [raw, raw], []]) {
    await expect(Reflect.apply(dashboard, undefined, given)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(
        /^the dashboard: expected the request and the response of Node's http: .*Hono, got/,
      ),
    })
  }
})

it('works in Express below a path, before its parsers and after they have read the form', async () => {
  await using app = await startExpress()
  for (const [base, action] of [
    ['/admin/cron', 'pause'],
    ['/parsed/cron', 'resume'],
  ] as const) {
    const overview = await (await fetch(app.url + base)).text()
    const files = [...overview.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, link]) => link ?? '')
    expect(files.length).toBeGreaterThan(6)
    expect(files.filter((link) => !link.startsWith(`${base}/`))).toEqual([])
    for (const file of files) expect((await fetch(app.url + file)).status, file).toBe(200)
    const form = await fetch(`${app.url}${base}/jobs/billing/${action}`)
    expect(form.headers.get('set-cookie')).toContain(`Path=${base}; HttpOnly; SameSite=Strict`)
    const cookie = form.headers.get('set-cookie')?.split(';')[0] ?? ''
    const token = /name="token" value="([^"]+)"/.exec(await form.text())?.[1] ?? ''
    const body = new URLSearchParams({ token })
    const pressed = await fetch(form.url, { method: 'POST', body, headers: { cookie }, redirect: 'manual' })
    expect([pressed.status, pressed.headers.get('location')]).toEqual([303, `${base}/jobs/billing?done=${action}`])
    const state = action === 'pause' ? 'paused' : 'active'
    expect(await (await fetch(`${app.url}${base}/jobs/billing`)).text()).toContain(`mark is-${state}`)
  }
})

it('works below a path of a plain server, and answers 404 outside of it', async () => {
  await using fleet = await createSampleFleet({ jobs: 2, runs: 4 })
  await using dashboard = createDashboard(fleet.store, { basePath: '/cron/' })
  await using served = await serve(dashboard)
  for (const path of ['/cron', '/cron/', '/cron/jobs', '/cron/jobs/billing/']) {
    expect((await fetch(served.url + path)).status, path).toBe(200)
  }
  for (const path of ['/', '/jobs', '/cronjobs']) expect((await fetch(served.url + path)).status, path).toBe(404)
})

it('refuses options that make no sense', () => {
  const bad = { basePath: 'cron"', readonly: false } as object
  expect(() => createDashboard('memory://x', bad)).toThrow(/expected basePath to be a path.*Did you mean 'readOnly'/)
})
