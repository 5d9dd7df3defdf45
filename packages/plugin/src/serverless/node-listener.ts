import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DueHandler } from './due-handler.ts'

/** A listener of Node's http, as Express mounts it, and Fastify by its raw request. Its promise never rejects. */
export type NodeListener = (req: IncomingMessage, res: ServerResponse) => Promise<void>

/**
 * The same handler for Node's http, Express and Fastify. The body of a request is not read, so it does not matter
 * whether a parser has read it.
 * @example app.all('/cron', toNodeListener(createDueHandler(() => createScheduler({ jobs }))))
 */
export function toNodeListener(handler: DueHandler): NodeListener {
  return async (req, res) => {
    const response = await handler(requestOf(req))
    res.writeHead(response.status, Object.fromEntries(response.headers))
    res.end(await response.text())
  }
}

/** The path tells nothing to the handler, and a proxy may have changed the host. */
function requestOf({ headers, method, url }: IncomingMessage): Request {
  const given = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as [string, string]],
  )
  return new Request(new URL(url ?? '/', 'http://localhost'), { method: method ?? 'GET', headers: given })
}
