/** A process that runs jobs, for every recipe here: probes on PORT, the store in S3SCHED_STORE. */
import { createServer } from 'node:http'
import { createScheduler } from 's3sched'
import { jobs } from './jobs.js'

const scheduler = createScheduler({ jobs })

const server = createServer((request, response) => {
  const { isAlive, isReady, reason } = scheduler.getHealth()
  const isFine = { '/healthz': isAlive, '/readyz': isReady }[request.url]
  response.writeHead(isFine === undefined ? 404 : isFine ? 200 : 503).end(`${reason ?? 'fine'}\n`)
})
server.listen(Number(process.env.PORT ?? 8080))

// PM2 waits for this message. SIGTERM stops the scheduler, waits up to 20 s for open runs, and ends the process.
await scheduler.start()
process.send?.('ready')
