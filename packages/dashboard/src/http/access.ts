/**
 * The checks of a request before anything is looked up.
 *
 * **Host.** A foreign page can let its own name resolve to this machine's address (DNS rebinding). The browser then
 * takes the dashboard for a part of the foreign page: cookies and origin fit, and only the `Host` header still shows
 * the foreign name. So a dashboard with configured names refuses every other name.
 *
 * **Password.** By HTTP Basic authentication, with any user name. The connection should be encrypted, or local.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Reply } from './respond.ts'

export interface AccessRules {
  /** The allowed names and addresses of the dashboard; `undefined` for any. */
  readonly hosts: readonly string[] | undefined
  readonly password: string | undefined
}

const PLAIN = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }

/** The refusal of a request, or `undefined` for an allowed request. */
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

/** The host without its port, in lower case; empty if invalid. */
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

/** A digest, because the comparison needs texts of equal length. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
