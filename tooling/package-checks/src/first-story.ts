/**
 * A user's first file, in TypeScript that is JavaScript too: a typed run in memory, and the start on a server of S3 that
 * refuses it, which needs the AWS SDK.
 */
export const FIRST_STORY = `
import { createServer } from 'node:http'
import { createScheduler } from 's3sched'
const logger = { debug() {}, info() {}, warn() {}, error: console.error }
const jobs = { report: { schedule: '0 8 * * *', action: async () => ({ sent: 42 }) } }
export async function tell(say = console.log) {
  const scheduler = createScheduler({ store: 'memory://story', logger, jobs })
  await scheduler.start()
  const { sent } = await scheduler.runJob('report')
  say('sent ' + sent.toFixed())
  await scheduler.stop()
  const server = createServer((_, answer) => answer.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>'))
  await new Promise((resolve) => server.listen(0, () => resolve(0)))
  const { port } = Object(server.address())
  const store = 's3://key:secret@bucket?region=us-east-1&forcePathStyle=true&endpoint=http://127.0.0.1:' + port
  const denied = createScheduler({ store, logger, jobs })
  say(await denied.start().then(String, ({ message }) => /AccessDenied/.exec(message)?.[0] ?? message))
  server.close()
  server.closeAllConnections()
}
`

export const TOLD: readonly string[] = ['sent 42', 'AccessDenied']
