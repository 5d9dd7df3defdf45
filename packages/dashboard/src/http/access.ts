/**
 * Who may ask at all, before anything is looked up.
 *
 * **Host.** A page elsewhere can have its own name answered with this machine's address (DNS rebinding). The browser then
 * takes the dashboard for a part of that page: cookies and origin fit, and only the `Host` header still says the other name.
 * So a dashboard that is told its names refuses every other.
 *
 * **Password.** By HTTP Basic authentication, with any user name. The connection should be encrypted, or local.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Reply } from './respond.ts'

export interface AccessRules {
  /** Names and addresses by which it may be asked for; `undefined` for any. */
  readonly hosts: readonly string[] | undefined
  readonly password: string | undefined
}

const PLAIN = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }

/** The refusal of a request, or `undefined` when it may go on. */
export function refusalOf({ headers }: IncomingMessage, { hosts, password }: AccessRules): Reply | undefined {
  if (hosts !== undefined && !hosts.includes(hostnameOf(headers.host))) {
    return { status: 421, headers: PLAIN, body: 'This dashboard is not known by that name.\n' }
  }
  if (password !== undefined && !isPassword(headers.authorization, password)) {
    const challenge = { 'www-authenticate': 'Basic realm="s3sched", charset="UTF-8"' }
    return { status: 401, headers: { ...PLAIN, ...challenge }, body: 'The password is asked for.\n' }
  }
  return undefined
}

/** Without its port, in small letters; empty when it is none. */
function hostnameOf(host: string | undefined): string {
  const url = `http://${host ?? ''}`
  return host === undefined || !URL.canParse(url) ? '' : new URL(url).hostname.replace(/^\[|\]$/g, '')
}

function isPassword(authorization: string | undefined, password: string): boolean {
  const [, credentials] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '') ?? []
  if (credentials === undefined) return false
  const given = Buffer.from(credentials, 'base64').toString('utf8')
  return timingSafeEqual(digest(given.slice(given.indexOf(':') + 1)), digest(password))
}

/** Of equal length, whatever was given. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
