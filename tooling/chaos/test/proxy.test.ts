import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startProxy, type Proxy } from '../src/proxy.ts'

describe('a proxy', () => {
  let server: Server
  let proxy: Proxy
  let heard: string
  const clients: Socket[] = []

  beforeEach(async () => {
    heard = ''
    server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (chunk) => {
        heard += chunk.toString()
        server.emit('heard')
        socket.write(`answer to ${chunk.toString()}`)
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    proxy = await startProxy((server.address() as AddressInfo).port)
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy()
    await proxy.close()
    server.close()
  })

  const dial = async (): Promise<Socket> => {
    const client = connect(proxy.port, '127.0.0.1')
    clients.push(client)
    await once(client, 'connect')
    return client
  }
  const ask = async (client: Socket, question: string): Promise<string> => {
    client.write(question)
    const [answer] = (await once(client, 'data')) as [Buffer]
    return answer.toString()
  }

  it('carries both ways, and slowly when it is told to', async () => {
    const client = await dial()
    expect(await ask(client, 'one')).toBe('answer to one')
    proxy.trouble('delay')
    const from = performance.now()
    expect(await ask(client, 'two')).toBe('answer to two')
    expect(performance.now() - from).toBeGreaterThan(250)
  })

  it('resets connections, old and new', async () => {
    const client = await dial()
    await ask(client, 'one')
    proxy.trouble('reset')
    const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNRESET')
    const late = connect(proxy.port, '127.0.0.1')
    clients.push(late)
    const [refused] = (await once(late, 'error')) as [NodeJS.ErrnoException]
    expect(refused.code).toBe('ECONNRESET')
    proxy.heal()
    expect(await ask(await dial(), 'again')).toBe('answer to again')
  })

  it('loses answers to what was carried out, and cuts such a connection when it heals', async () => {
    const client = await dial()
    await ask(client, 'one')
    proxy.trouble('lose-answers')
    let answers = 0
    client.on('data', () => answers++)
    client.write('two')
    await once(server, 'heard')
    expect(heard).toBe('onetwo')
    // A second question is heard behind the answer to the first.
    client.write('three')
    await once(server, 'heard')
    expect(answers).toBe(0)
    proxy.heal()
    await once(client, 'error')
  })

  it('swallows everything as a black hole, and closes nothing', async () => {
    const [cut, open] = [await dial(), await dial()]
    await ask(cut, 'one')
    await ask(open, 'two')
    proxy.trouble('black-hole')
    cut.write('three')
    const other = connect((server.address() as AddressInfo).port, '127.0.0.1')
    clients.push(other)
    expect(await ask(other, 'four')).toBe('answer to four')
    expect(heard).toBe('onetwofour')
    expect(cut.destroyed).toBe(false)
    proxy.heal()
    await once(cut, 'error')
    expect(await ask(open, 'five')).toBe('answer to five')
  })
})
