import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Command } from '../command.ts'
import { UsageError } from '../ending.ts'
import { EXIT } from '../exit-code.ts'
import { parseCount } from '../input/count.ts'

interface DashboardCommandOptions {
  readonly host?: string
  readonly port?: string
  readonly allowActions?: boolean
}

const LOOPBACK: readonly string[] = ['127.0.0.1', '::1', 'localhost']

/** Shows the fleet in a browser until it is interrupted. */
export const dashboardCommand: Command<DashboardCommandOptions> = {
  name: 'dashboard',
  summary: 'show the fleet in a browser, until Ctrl-C',
  details:
    'Read-only, and for this machine alone, unless told otherwise. To give it to others, mount @s3sched/dashboard in an\n' +
    'application of yours, with its authorize hook.',
  usesStore: true,
  options: [
    { flags: '--port <port>', description: 'where it listens; 0 for any that is free (default: 8646)' },
    { flags: '--host <host>', description: 'the address it listens on (default: 127.0.0.1)' },
    { flags: '--allow-actions', description: 'jobs can be run, cancelled, paused and resumed' },
  ],
  async run(invocation, { allowActions = false, host = '127.0.0.1', port }) {
    if (allowActions && !LOOPBACK.includes(host)) {
      throw new UsageError(
        `expected --host to be one of ${LOOPBACK.join(', ')} with --allow-actions, got '${host}'`,
        'Whoever reaches it could press the buttons; mount @s3sched/dashboard with its authorize hook instead',
      )
    }
    // Loaded here, so that no other command waits for it.
    const { createDashboard } = await import('@s3sched/dashboard')
    const { clock, random, signal } = invocation.io
    const { prefix } = invocation
    const dashboard = createDashboard(invocation.wholeStore(), { prefix, readOnly: !allowActions, clock, random })
    const server = createServer((request, response) => void dashboard(request, response))
    const stop = async (): Promise<void> => {
      await dashboard.close()
      server.closeAllConnections()
      server.close()
    }
    signal.addEventListener('abort', () => void stop(), { once: true })
    const url = await listen(server, host, parseCount('--port', port, 8646, 65_535, 0))
    if (invocation.json) await invocation.printJson({ store: invocation.operator().description, url })
    else await invocation.print(`The dashboard of ${invocation.operator().description} is at ${url} (Ctrl-C ends it).`)
    await once(server, 'close')
    return EXIT.ok
  },
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(
      `can't listen on ${host} port ${port}: ${code ?? String(error)}`,
      'Choose another --port or --host',
    )
  }
  const { address, family, port: bound } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}/`
}
