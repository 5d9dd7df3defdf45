import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { AddressInfo } from 'node:net'

export interface SeenRequest {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface ScriptedAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** `lost`: the connection breaks without an answer. */
export type Script = (request: SeenRequest) => ScriptedAnswer | 'lost'

export interface ScriptedServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:40123`. */
  readonly endpoint: string
  readonly seen: readonly SeenRequest[]
}

/** An HTTP server in this process that answers as the test says. */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const seen: SeenRequest[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { headers, method = '', url = '' } = request
    const one = { method, url: new URL(url, 'http://host'), headers, body: (await buffer(request)).toString() }
    seen.push(one)
    const said = script(one)
    if (said === 'lost') {
      request.socket.destroy()
      return
    }
    const length = String(Buffer.byteLength(said.body ?? ''))
    response.writeHead(said.status, { 'content-length': length, ...said.headers }).end(said.body)
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
