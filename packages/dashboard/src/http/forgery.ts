/**
 * The protection against a foreign page that makes a browser press a button here (CSRF).
 *
 * A browser sends the origin of a request (`Sec-Fetch-Site`, or `Origin`), and a page can't change the origin: every
 * origin but the dashboard's own is refused. For requests without an origin, and in addition for all requests, there is
 * a random token. The token is in a cookie that only requests of the dashboard's own pages carry (`SameSite=Strict`),
 * and again in every form; a foreign page can read neither.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Random } from '@s3sched/kernel'
import { parse, serialize } from 'cookie'

const COOKIE = 's3sched_dashboard'
const TOKEN = /^[A-Za-z0-9_-]{22}$/

/** The token of this browser; a browser without a token gets a token in a cookie. */
export function tokenFor(req: IncomingMessage, res: ServerResponse, random: Random, base: string): string {
  const known = tokenOf(req)
  if (known !== undefined) return known
  const token = random.id()
  const cookie = serialize(COOKIE, token, { httpOnly: true, sameSite: 'strict', path: base === '' ? '/' : base })
  res.appendHeader('set-cookie', cookie)
  return token
}

/** True if a form came from a page of this dashboard. */
export function isOurs(req: IncomingMessage, given: string): boolean {
  if (!isFromHere(req)) return false
  const known = tokenOf(req)
  return known !== undefined && timingSafeEqual(digest(known), digest(given))
}

/** True for a request whose browser names this origin, and for a request without an origin. */
export function isFromHere(req: IncomingMessage): boolean {
  const site = req.headers['sec-fetch-site']
  return site === undefined ? isSameOrigin(req) : site === 'same-origin'
}

function isSameOrigin({ headers }: IncomingMessage): boolean {
  if (headers.origin === undefined) return true
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host
}

function tokenOf(req: IncomingMessage): string | undefined {
  const token = parse(req.headers.cookie ?? '')[COOKIE]
  return token !== undefined && TOKEN.test(token) ? token : undefined
}

/** A digest, because the comparison needs texts of equal length. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
