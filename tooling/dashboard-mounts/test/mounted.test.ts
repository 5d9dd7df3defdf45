import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listen } from '../../../packages/dashboard/test/fleet/listen.ts'
import { FRAMEWORKS } from '../src/frameworks.ts'
import { startMounted } from '../src/start-mounted.ts'
import type { Programs } from '../src/start-programs.ts'

const BASE = '/cron'

let mounted: Programs | undefined
beforeAll(async () => {
  mounted = await startMounted(FRAMEWORKS)
})
afterAll(() => mounted?.[Symbol.asyncDispose]())

function urlOf(name: string): string {
  if (mounted === undefined) throw new Error('nothing was started')
  return mounted.urlOf(name)
}

describe.each(FRAMEWORKS)('in $name, by the block of the README', ({ name }) => {
  const get = (path: string, init: RequestInit = {}): Promise<Response> => fetch(urlOf(name) + path, init)

  async function openForm(action: string): Promise<{ cookie: string; token: string }> {
    const answer = await get(`${BASE}/jobs/billing/${action}`)
    const token = /name="token" value="([^"]+)"/.exec(await answer.text())?.[1] ?? ''
    expect(answer.headers.get('set-cookie')).toContain(`Path=${BASE}; HttpOnly; SameSite=Strict`)
    return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '', token }
  }

  const press = (action: string, cookie: string, token: string): Promise<Response> =>
    get(`${BASE}/jobs/billing/${action}`, {
      method: 'POST',
      body: new URLSearchParams({ token }),
      headers: { cookie },
      redirect: 'manual',
    })

  it('each page and file is there, below its path, and no link leads out of it', async () => {
    const overview = await get(BASE)
    expect(overview.status).toBe(200)
    expect(overview.headers.get('content-security-policy')).toContain("default-src 'none'")
    const links = [...(await overview.text()).matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, link]) => link ?? '')
    expect(links.length).toBeGreaterThan(6)
    expect(links.filter((link) => !link.startsWith(`${BASE}/`))).toEqual([])
    for (const link of links) expect((await get(link)).status, link).toBe(200)
    expect((await get(`${BASE}/nope`)).status).toBe(404)
    expect((await get(`${BASE}/jobs/billing?status=failed&from=2026-01-01`)).status).toBe(200)
  })

  it("leaves everything else to the application's own routes", async () => {
    expect(await (await get('/hello')).json()).toEqual({ hello: 'world' })
    for (const path of ['/', '/cronjobs', '/assets/icon.svg']) expect((await get(path)).status, path).toBe(404)
  })

  it('buttons work, with the token of the form alone', async () => {
    const { cookie, token } = await openForm('pause')
    expect((await press('pause', cookie, 'x'.repeat(22))).status).toBe(403)
    expect(await (await get(`${BASE}/jobs/billing`)).text()).toContain('mark is-active')
    const pressed = await press('pause', cookie, token)
    expect([pressed.status, pressed.headers.get('location')]).toEqual([303, `${BASE}/jobs/billing?done=pause`])
    expect(await (await get(`${BASE}/jobs/billing`)).text()).toContain('mark is-paused')
    expect((await press('resume', cookie, token)).status).toBe(303)
  })

  it('an open page is kept up to date', async () => {
    await using page = await listen(urlOf(name) + BASE)
    const { version } = await page.until(() => true)
    const { cookie, token } = await openForm('run')
    expect((await press('run', cookie, token)).status).toBe(303)
    expect(await page.until((look) => look.version !== version)).toMatchObject({ down: false })
  })
})

it('who is no administrator is refused, as the block for Express says', async () => {
  const page = urlOf('Express') + BASE
  expect((await fetch(page, { headers: { 'x-role': 'guest' } })).status).toBe(403)
  expect((await fetch(page)).status).toBe(200)
})

it("Fastify's own parsers still read what is not the dashboard's", async () => {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${urlOf('Fastify')}/echo`, { method: 'POST', body: '{"a":1}', headers })
  expect(await answer.json()).toEqual({ a: 1 })
})
