import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, it } from 'vitest'
import { startDelayProxy, type DelayProxy } from '../src/delay-proxy.ts'

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop()
})

async function serve(answer: (socket: Socket) => void): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    answer(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stops.push(() => new Promise((resolve) => server.close(resolve)))
  return server
}

async function proxyOf(server: Server, delayMs: () => number): Promise<DelayProxy> {
  const proxy = await startDelayProxy({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }, delayMs)
  stops.push(proxy.stop)
  return proxy
}

async function dial({ port }: DelayProxy): Promise<Socket> {
  const client = connect(port, '127.0.0.1')
  client.on('error', () => undefined)
  await once(client, 'connect')
  return client
}

it('delays a question and its answer', async () => {
  const server = await serve((socket) => socket.pipe(socket))
  const client = await dial(await proxyOf(server, () => 100))
  const from = performance.now()
  client.write('question')
  expect(String(await once(client, 'data'))).toBe('question')
  // A timer of Node may fire a millisecond early.
  expect(performance.now() - from).toBeGreaterThan(190)
})

it('keeps the order of chunks, also behind a chunk that takes longer', async () => {
  const server = await serve((socket) => socket.pipe(socket))
  let chunks = 0
  const client = await dial(await proxyOf(server, () => (++chunks === 1 ? 200 : 0)))
  client.write('a long delay, ')
  await expect.poll(() => chunks).toBe(1)
  client.write('none')
  await expect.poll(() => chunks).toBeGreaterThan(1)
  let heard = ''
  client.on('data', (chunk) => (heard += String(chunk)))
  await expect.poll(() => heard.length).toBe('a long delay, none'.length)
  expect(heard).toBe('a long delay, none')
})

it('ends a connection behind its last bytes', async () => {
  const server = await serve((socket) => socket.end('a whole answer'))
  const client = await dial(await proxyOf(server, () => 20))
  expect(await text(client)).toBe('a whole answer')
})

it('tells the server of a client that goes', async () => {
  const server = await serve((socket) => socket.resume())
  const proxy = await proxyOf(server, () => 20)
  const [[connection], client] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, dial(proxy)])
  const closed = once(connection, 'close')
  client.resetAndDestroy()
  await closed
  expect(connection.destroyed).toBe(true)
})

it('ends all connections when it is stopped', async () => {
  const server = await serve((socket) => socket.resume())
  const proxy = await proxyOf(server, () => 60_000)
  const client = await dial(proxy)
  client.write('still under way')
  const closed = new Promise((resolve) => client.once('close', resolve))
  await proxy.stop()
  await closed
  expect(client.destroyed).toBe(true)
})
