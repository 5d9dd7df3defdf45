import { expect, it } from 'vitest'
import { FRAMEWORKS } from '../src/frameworks.ts'
import { blockThatTakes } from '../src/start-mounted.ts'
import { startProgram } from '../src/start-program.ts'

const PAGE = 'docs/guides/serverless.md'
const SECRET = 'sixteen characters'
const MAKER = `import { createScheduler } from 's3sched'
process.env.CRON_SECRET = '${SECRET}'
const jobs = { first: { schedule: null, runOnStart: true, action: () => 'done' } }
const makeScheduler = () => createScheduler({ store: 'memory://mounted', enableCoordinator: false, jobs })`

it.each(FRAMEWORKS.filter(({ name }) => ['Express', 'Fastify', 'Hono'].includes(name)))(
  'in $name, the handler of the guide runs what is due for a caller with the secret, beside the routes of the application',
  async ({ after, before, name, takes }) => {
    const program = [before, MAKER, blockThatTakes(takes, PAGE), after].join('\n')
    await using mounted = await startProgram(`serverless in ${name}`, program)
    const call = (headers: Record<string, string>, method = 'GET'): Promise<Response> =>
      fetch(`${mounted.url}/cron`, { method, headers })
    expect((await call({})).status).toBe(401)
    const first = await call({ authorization: `Bearer ${SECRET}` })
    expect(first.status).toBe(200)
    expect(await first.json()).toMatchObject({ outcome: 'done', runs: [{ jobName: 'first', status: 'success' }] })
    const second = await call({ authorization: `Bearer ${SECRET}` }, 'POST')
    expect(await second.json()).toMatchObject({ outcome: 'done', runs: [] })
    expect(await (await fetch(`${mounted.url}/hello`)).json()).toEqual({ hello: 'world' })
  },
  60_000,
)
