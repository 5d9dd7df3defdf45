import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Trouble } from './plan.ts'

/** A proxy for a TCP server on this machine, with faults on command. */
export interface Proxy {
  readonly port: number
  /**
   * - `delay`: everything takes some hundred ms longer, each way
   * - `reset`: connections are reset, also new connections
   * - `black-hole`: nothing comes through in either direction, and no connection is closed
   * - `lose-answers`: requests arrive and are carried out, and no answer comes back
   */
  readonly trouble: (kind: Trouble) => void
  readonly heal: () => void
  readonly close: () => Promise<void>
}

const DELAY_MS = 150

export async function startProxy(target: number): Promise<Proxy> {
  let current: Trouble | undefined
  const connections = new Set<Connection>()
  const server = createServer((client) => {
    client.on('error', () => undefined) // 'close' follows
    if (current === 'reset') return void client.resetAndDestroy()
    const connection: Connection = { client, upstream: connect(target, '127.0.0.1'), lostBytes: false }
    connection.upstream.on('error', () => undefined) // 'close' follows
    connections.add(connection)
    carry(connection, client, connection.upstream, () => current === 'black-hole')
    carry(connection, connection.upstream, client, () => current === 'black-hole' || current === 'lose-answers')
    client.once('close', () => connections.delete(connection))
  })

  const carry = (connection: Connection, from: Socket, to: Socket, swallows: () => boolean): void => {
    let turn = Promise.resolve()
    const inTurn = (act: () => void): void => {
      turn = afterDelay(turn, current === 'delay' ? DELAY_MS : 0, act)
    }
    from.on('data', (chunk) => {
      if (swallows()) connection.lostBytes = true
      else inTurn(() => to.write(chunk))
    })
    // A black hole hides even the end of a connection.
    from.on('close', () => {
      if (swallows()) connection.lostBytes = true
      else inTurn(() => to.destroy())
    })
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const destroy = ({ client, upstream }: Connection): void => {
    client.resetAndDestroy()
    upstream.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    trouble: (kind) => {
      current = kind
      if (kind === 'reset') for (const connection of connections) destroy(connection)
    },
    heal: () => {
      current = undefined
      // A connection that continues in the middle of a message would be a fault of another kind than the planned
      // faults.
      for (const connection of connections) if (connection.lostBytes) destroy(connection)
    },
    close: async () => {
      for (const connection of connections) destroy(connection)
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Connection {
  readonly client: Socket
  readonly upstream: Socket
  lostBytes: boolean
}

async function afterDelay(previous: Promise<void>, delayMs: number, act: () => void): Promise<void> {
  await previous
  if (delayMs > 0) await wait(delayMs)
  act()
}
