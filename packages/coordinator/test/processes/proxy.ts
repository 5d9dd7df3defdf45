import { createServer, connect, type Socket } from 'node:net'

export interface Proxy {
  readonly port: number
  /** After the cut no byte passes in either direction, and no connection is closed. */
  readonly cut: () => void
  readonly close: () => Promise<void>
}

/** A proxy to a TCP server, with a connection that can be cut. */
export async function startProxy(host: string, port: number): Promise<Proxy> {
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((client) => {
    const upstream = connect(port, host)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('data', (chunk) => void (isCut || to.write(chunk)))
      from.on('close', () => void (isCut || to.destroy()))
      from.on('error', () => to.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut: () => void (isCut = true),
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
