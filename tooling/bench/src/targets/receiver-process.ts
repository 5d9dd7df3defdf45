import { createServer, type AddressInfo } from 'node:net'

/** A receiver of messages in a process of its own. Tells its port, and then the moment and the tick of each message. */
export interface Arrival {
  readonly path: string
  readonly tick: number
  /** The arrival of the first bytes, epoch ms, with fractions. */
  readonly at: number
}

/** Without a parser before the time stamp: the lag is that of the sender and of the way. */
const server = createServer({ noDelay: true }, (socket) => {
  let text = ''
  let at = 0
  socket.on('data', (chunk) => {
    if (text === '') at = performance.timeOrigin + performance.now()
    text += chunk.toString('latin1')
    if (!isWhole(text)) return
    const tick = Date.parse(valueOf(text, 'x-s3sched-tick'))
    const path = /^\S+ (\S+)/.exec(text)?.[1] ?? ''
    text = ''
    socket.write('HTTP/1.1 204 No Content\r\nconnection: keep-alive\r\n\r\n')
    process.send?.({ path, tick, at } satisfies Arrival)
  })
  // The sender went away at its end.
  socket.on('error', () => socket.destroy())
})

function isWhole(text: string): boolean {
  const head = text.indexOf('\r\n\r\n')
  return head >= 0 && text.length - head - 4 >= Number(valueOf(text, 'content-length'))
}

function valueOf(text: string, header: string): string {
  return new RegExp(`^${header}: (.*)$`, 'im').exec(text)?.[1]?.trim() ?? ''
}

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit(0))
