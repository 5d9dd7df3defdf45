import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FleetWatch } from '../fleet/fleet-watch.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

/** The delay before an `EventSource` reconnects, in ms. */
const RETRY_MS = 5000

/** Tells an open page the current version of its view. */
export function streamEvents(req: IncomingMessage, res: ServerResponse, watch: FleetWatch): () => void {
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': 'text/event-stream; charset=utf-8',
    // A proxy that collects or compresses the stream would delay the events.
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
