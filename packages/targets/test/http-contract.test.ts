import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { http, type TargetMessage } from '../src/index.ts'
import { targetContract, type Workshop } from './target-contract.ts'

interface Piece {
  readonly message: TargetMessage
  end?: readonly [status: number, body: string]
}

/** A receiver that knows its keys, and works longer than its answer takes. */
async function openReceiver(): Promise<Workshop> {
  const pieces = new Map<string, Piece>()
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let key = request.url?.slice('/work/'.length) ?? ''
    if (request.method === 'POST') {
      key = String(request.headers['idempotency-key'])
      const message = JSON.parse((await buffer(request)).toString()) as TargetMessage
      if (!pieces.has(key)) pieces.set(key, { message })
    }
    const [status, body] = pieces.get(key)?.end ?? [202, '']
    response.writeHead(status, { 'content-type': 'application/json', location: `/work/${key}` }).end(body)
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const end = (key: string, how: Piece['end']): void => {
    const piece = pieces.get(key)
    if (piece !== undefined && how !== undefined) piece.end = how
  }
  return {
    action: (options) => http(url, { pollMs: 100, ...options }),
    works: async (key) => [...pieces.values()].map(({ message }) => message).filter((m) => m.idempotencyKey === key),
    finish: async (key, result) => end(key, [200, JSON.stringify(result)]),
    fail: async (key, reason) => end(key, [410, reason]),
    unreachable: () => http('http://127.0.0.1:1/'),
    close: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

targetContract('http', openReceiver, { follows: true, deduplicates: true })
