import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

export interface DelayProxy {
  readonly port: number
  readonly stop: () => Promise<void>
}

/**
 * A proxy for a TCP server, like a region far away: each chunk takes `delayMs()` more in each direction. The chunks of
 * a connection keep their order, and wait at the same time, so that a large body takes the longest of its delays.
 */
export async function startDelayProxy(
  upstream: { readonly host: string; readonly port: number },
  delayMs: () => number,
): Promise<DelayProxy> {
  const sockets = new Set<Socket>()

  const carry = (from: Socket, to: Socket): void => {
    sockets.add(from)
    from.setNoDelay(true)
    let turn: Promise<unknown> = Promise.resolve()
    const inTurn = (act: () => void): void => {
      const delay = wait(delayMs(), undefined, { ref: false })
      turn = turn.then(() => delay).then(act)
    }
    from.on('data', (chunk) => inTurn(() => to.destroyed || to.write(chunk)))
    from.on('error', () => undefined) // 'close' follows
    from.on('close', (hadError) => {
      sockets.delete(from)
      inTurn(() => (hadError ? to.destroy() : to.end()))
    })
  }

  const server = createServer((client) => {
    const toServer = connect(upstream.port, upstream.host)
    carry(client, toServer)
    carry(toServer, client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
