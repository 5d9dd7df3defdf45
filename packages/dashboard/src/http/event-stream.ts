import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FleetWatch } from '../fleet/fleet-watch.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

/** An `EventSource` comes back after this, in ms. */
const RETRY_MS = 5000

/** Tells a page, for as long as it is open, which version it would show now. */
export function streamEvents(req: IncomingMessage, res: ServerResponse, watch: FleetWatch): () => void {
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': 'text/event-stream; charset=utf-8',
    // A proxy that collects or compresses the stream would hold the events back.
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  }
  res.writeHead(200, headers)
  res.write(`retry: ${RETRY_MS}\n\n`)
  const end = watch.subscribe(({ trouble, version }) => {
    res.write(`event: look\ndata: ${JSON.stringify({ version, down: trouble !== undefined })}\n\n`)
  })
  const close = (): void => {
    end()
    res.end()
  }
  req.once('close', close)
  res.once('close', close)
  return close
}
