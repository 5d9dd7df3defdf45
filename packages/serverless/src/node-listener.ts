import { requireOfNode, wrongArgument } from '@s3sched/kernel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DueHandler } from './due-handler.ts'
import { requestOrAnswer } from './handler-answer.ts'

/**
 * A listener of Node's http, as Express mounts it. Its promise rejects for arguments of another kind alone, such as the
 * context of Hono: S3SchedError `INVALID_ARGUMENT`, before the pass.
 */
export type NodeListener = (req: IncomingMessage, res: ServerResponse) => Promise<void>

/**
 * The same handler for Node's http, Express and Fastify. The body of a request is not read, so it does not matter
 * whether a parser has read it.
 * @throws S3SchedError `INVALID_ARGUMENT` for anything but a handler
 * @example app.all('/cron', toNodeListener(createDueHandler(() => createScheduler({ jobs }))))
 */
export function toNodeListener(handler: DueHandler): NodeListener {
  if (typeof handler !== 'function') throw wrongArgument('toNodeListener', 'the result of createDueHandler', handler)
  return async (req, res) => {
    requireOfNode('the listener of toNodeListener', req, res)
    const request = requestOf(req)
    const response = request instanceof Response ? request : await handler(request)
    res.writeHead(response.status, Object.fromEntries(response.headers))
    res.end(await response.text())
  }
}

/** A proxy may have changed the host, and a path of `//` alone is no URL. */
function requestOf({ headers, method, url = '/' }: IncomingMessage): Request | Response {
  const given = Object.entries(headers).flatMap(([name, value]) =>
    // The names of HTTP/2's own fields begin with a colon.
    value === undefined || name.startsWith(':')
      ? []
      : [[name, Array.isArray(value) ? value.join(', ') : value] as [string, string]],
  )
  const path = url.startsWith('/') ? url : '/'
  return requestOrAnswer(`http://localhost${path}`, { method: method ?? 'GET', headers: given })
}
