import { afterAll, beforeAll, expect, it } from 'vitest'
import { FRAMEWORKS, type Framework } from '../src/frameworks.ts'
import { blockThatTakes } from '../src/start-mounted.ts'
import { startPrograms, type Programs } from '../src/start-programs.ts'

const PAGE = 'docs/guides/serverless.md'
const SECRET = 'sixteen characters'
const IN = FRAMEWORKS.filter(({ name }) => ['Express', 'Fastify', 'Hono'].includes(name))

let programs: Programs | undefined
beforeAll(async () => {
  programs = await startPrograms('serverless', new Map(IN.map((framework) => [framework.name, programOf(framework)])))
})
afterAll(() => programs?.[Symbol.asyncDispose]())

function programOf({ after, before, name, takes }: Framework): string {
  const maker = `import { createScheduler } from 's3sched'
process.env.CRON_SECRET = '${SECRET}'
const jobs = { first: { schedule: null, runOnStart: true, action: () => 'done' } }
const makeScheduler = () => createScheduler({ store: 'memory://${name}', enableCoordinator: false, jobs })`
  return [before, maker, blockThatTakes(takes, PAGE), after].join('\n')
}

it.each(IN)(
  'in $name, the handler of the guide runs what is due for a caller with the secret, beside the routes of the application',
  async ({ name }) => {
    const url = programs?.urlOf(name)
    const call = (headers: Record<string, string>, method = 'GET'): Promise<Response> =>
      fetch(`${url}/cron`, { method, headers })
    expect((await call({})).status).toBe(401)
    const first = await call({ authorization: `Bearer ${SECRET}` })
    expect(first.status).toBe(200)
    expect(await first.json()).toMatchObject({ outcome: 'done', runs: [{ jobName: 'first', status: 'success' }] })
    const second = await call({ authorization: `Bearer ${SECRET}` }, 'POST')
    expect(await second.json()).toMatchObject({ outcome: 'done', runs: [] })
    expect(await (await fetch(`${url}/hello`)).json()).toEqual({ hello: 'world' })
  },
)
