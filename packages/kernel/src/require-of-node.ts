import type { IncomingMessage, ServerResponse } from 'node:http'
import { wrongArgument } from './wrong-argument.ts'

const OF_NODE =
  "the request and the response of Node's http: request.raw and reply.raw of Fastify, env.incoming and env.outgoing of Hono"

/**
 * Checks the arguments of a listener that an application may mount in a framework with arguments of its own.
 * @param subject - the name of the listener
 * @throws S3SchedError `INVALID_ARGUMENT` for anything but the request and the response of Node's http
 */
export function requireOfNode(subject: string, req: unknown, res: unknown): void {
  const { headers, url } = (req ?? {}) as Partial<IncomingMessage>
  const { writeHead } = (res ?? {}) as Partial<ServerResponse>
  if (typeof url === 'string' && headers !== undefined && typeof writeHead === 'function') return
  throw wrongArgument(subject, OF_NODE, req)
}
