import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A receiver of messages in a process of its own. Tells its port, and then the moment and the tick of each message. */
export interface Arrival {
  readonly path: string | undefined
  readonly tick: number
  /** Epoch ms, with fractions. */
  readonly at: number
}

const server = createServer((request, response) => {
  const at = performance.timeOrigin + performance.now()
  const tick = Date.parse(String(request.headers['x-s3sched-tick']))
  request.resume()
  response.writeHead(204).end()
  process.send?.({ path: request.url, tick, at } satisfies Arrival)
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit(0))
