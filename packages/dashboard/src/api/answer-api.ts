/**
 * The JSON API: an operation by method and path, with the rights of the pages.
 *
 * A POST changes something, so a foreign page must not be able to make a browser send one. The body must be declared as
 * JSON: a browser asks the server before it sends JSON to another origin, and gets no permission here. A browser that
 * tells the origin of the request must name this origin.
 */
import type { IncomingMessage } from 'node:http'
import { S3SchedError } from '@s3sched/kernel'
import { isFromHere } from '../http/forgery.ts'
import { readJson } from '../http/read-json.ts'
import type { Reply } from '../http/respond.ts'
import { ApiRefusal, type ApiAnswer, type ApiCall, type Operation } from './operation.ts'
import { OPERATIONS } from './operations.ts'

interface Match {
  readonly operation: Operation
  readonly path: Readonly<Record<string, string>>
}

/** @param parts - the path below `/api`, decoded */
export async function answerApi(parts: readonly string[], call: Omit<ApiCall, 'path' | 'body'>): Promise<Reply> {
  try {
    const { operation, path } = matchOf(parts, call.req.method)
    const body = operation.method === 'post' ? await bodyOf(call.req) : undefined
    return jsonReply(await operation.answer({ ...call, path, body }))
  } catch (error) {
    return jsonReply(answerOf(error))
  }
}

export function jsonReply({ body, status }: ApiAnswer): Reply {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }
  return { status, headers, body: `${JSON.stringify(body)}\n` }
}

export function refusalAnswer(status: number, code: string, message: string): ApiAnswer {
  return { status, body: { error: { code, message } } }
}

function answerOf(error: unknown): ApiAnswer {
  if (error instanceof ApiRefusal) return refusalAnswer(error.status, error.code, error.message)
  if (!(error instanceof S3SchedError)) throw error
  const status = error.code === 'JOB_NOT_FOUND' ? 404 : error.code.startsWith('INVALID_') ? 400 : 503
  return refusalAnswer(status, error.code, error.message)
}

/** @throws ApiRefusal 404, 405 */
function matchOf(parts: readonly string[], method: string | undefined): Match {
  const wanted = method === 'POST' ? 'post' : 'get'
  const matches = OPERATIONS.flatMap((operation): Match[] => {
    const path = valuesOf(operation.path, parts)
    return path === undefined ? [] : [{ operation, path }]
  })
  const match = matches.find(({ operation }) => operation.method === wanted)
  if (match !== undefined) return match
  if (matches.length > 0) throw new ApiRefusal(405, 'METHOD_NOT_ALLOWED', `${method} is not for this path`)
  throw new ApiRefusal(404, 'NOT_FOUND', 'there is no such path; openapi.json lists all')
}

function valuesOf(template: string, parts: readonly string[]): Readonly<Record<string, string>> | undefined {
  const names = template.split('/').slice(1)
  if (names.length !== parts.length) return undefined
  const values: Record<string, string> = {}
  for (const [index, name] of names.entries()) {
    const part = parts[index] ?? ''
    const parameter = /^\{(\w+)\}$/.exec(name)?.[1]
    if (parameter !== undefined) values[parameter] = part
    else if (name !== part) return undefined
  }
  return values
}

/** @throws ApiRefusal 400, 403, 415 */
async function bodyOf(req: IncomingMessage): Promise<unknown> {
  if (!isFromHere(req)) throw new ApiRefusal(403, 'FOREIGN_ORIGIN', 'this was sent by a page from elsewhere')
  const read = await readJson(req)
  if (read.outcome === 'read') return read.value
  if (read.outcome === 'not-json')
    throw new ApiRefusal(415, 'NOT_JSON', 'expected a body with content-type application/json, such as {}')
  throw new ApiRefusal(400, 'INVALID_BODY', 'expected a body of at most 64 KiB of JSON')
}
