import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Command } from '../command.ts'
import { UsageError } from '../ending.ts'
import { EXIT } from '../exit-code.ts'
import { parseCount } from '../input/count.ts'
import type { Invocation } from '../invocation.ts'

interface DashboardCommandOptions {
  readonly allowHost?: string
  readonly password?: string
  readonly host?: string
  readonly port?: string
  readonly allowActions?: boolean
}

const LOOPBACK: readonly string[] = ['127.0.0.1', '::1', 'localhost']
const PASSWORD_VARIABLE = 'S3SCHED_DASHBOARD_PASSWORD'

/** Shows the fleet in a browser until interrupted. */
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
    { flags: '--allow-host <names>', description: 'more names by which browsers may ask for it, with commas between' },
    { flags: '--password <text>', description: `asked for by the browser; or give it by ${PASSWORD_VARIABLE}` },
    { flags: '--allow-actions', description: 'jobs can be run, cancelled, paused and resumed' },
  ],
  async run(invocation, { allowActions = false, allowHost = '', host = '127.0.0.1', password: given, port }) {
    if (allowActions && !LOOPBACK.includes(host)) {
      throw new UsageError(
        `expected --host to be one of ${LOOPBACK.join(', ')} with --allow-actions, got '${host}'`,
        'Whoever reaches it could press the buttons; mount @s3sched/dashboard with its authorize hook instead',
      )
    }
    const password = given ?? invocation.io.env[PASSWORD_VARIABLE]
    if (password === '') throw new UsageError('expected --password to be 1 to 256 characters, got none')
    if (!LOOPBACK.includes(host)) await warn(invocation, host, password)
    // Loaded here, so that no other command waits for the imports: that of `node:http` loads all of `fetch`, in 40 ms.
    const [{ createDashboard }, { createServer }] = await Promise.all([
      import('@s3sched/dashboard'),
      import('node:http'),
    ])
    const { clock, random, signal } = invocation.io
    const { prefix } = invocation
    const dashboard = createDashboard(invocation.wholeStore(), {
      prefix,
      readOnly: !allowActions,
      hosts: [...LOOPBACK, ...addressesOf(host), ...hostNames(allowHost)],
      ...(password === undefined ? {} : { password }),
      clock,
      random,
    })
    const server = createServer((request, response) => void dashboard(request, response))
    const stop = async (): Promise<void> => {
      await dashboard.close()
      server.closeAllConnections()
      server.close()
    }
    signal.addEventListener('abort', () => void stop(), { once: true })
    invocation.goesOnUntilSignal()
    const url = await listen(server, host, parseCount('--port', port, { fallback: 8646, most: 65_535, least: 0 }))
    if (invocation.json) await invocation.printJson({ store: invocation.operator().description, url })
    else await invocation.print(`The dashboard of ${invocation.operator().description} is at ${url} (Ctrl-C ends it).`)
    await once(server, 'close')
    return EXIT.ok
  },
}

/** Read-only is not private: the pages show errors and results of all jobs. */
async function warn({ io, styles }: Invocation, host: string, password: string | undefined): Promise<void> {
  const who = password === undefined ? 'Whoever reaches' : 'Whoever knows the password and reaches'
  const how = password === undefined ? '; --password asks for one' : ', and the password travels unencrypted'
  await io.stderr.write(styles.warn(`${who} ${host} sees every job's errors, results and logs${how}.`) + '\n')
}

/** A browser with an IP address in the URL can't be misled by DNS. */
function addressesOf(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return LOOPBACK.includes(host) ? [] : [host.toLowerCase()]
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address))
}

function hostNames(list: string): string[] {
  const names = list.split(',').map((name) => name.trim().toLowerCase())
  const odd = names.find((name) => !/^[a-z0-9.:-]*$/.test(name))
  if (odd !== undefined) throw new UsageError(`expected --allow-host to be host names without ports, got '${odd}'`)
  return names.filter((name) => name !== '')
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
