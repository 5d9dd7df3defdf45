import type { IncomingMessage } from 'node:http'

/** The target of a request. */
export interface Location {
  /** The beginning of all links: the mount path of the dashboard, without a slash at its end. */
  readonly base: string
  /** The path below `base`, still encoded; begins with a slash. */
  readonly path: string
  readonly query: URLSearchParams
}

/** The additions of Express and compatible frameworks to a request. */
interface MountedRequest extends IncomingMessage {
  readonly originalUrl?: unknown
  readonly baseUrl?: unknown
}

/**
 * Express cuts the mount path off `url` and keeps the path in `baseUrl`; with a plain server the path stays in `url`.
 * @param basePath - the option; `undefined`: the framework's mount path
 * @returns `undefined` for a path outside
 */
export function locate(req: MountedRequest, basePath: string | undefined): Location | undefined {
  const url = typeof req.originalUrl === 'string' ? req.originalUrl : (req.url ?? '/')
  const base = (basePath ?? (typeof req.baseUrl === 'string' ? req.baseUrl : '')).replace(/\/+$/, '')
  const [path = '', ...search] = url.split('?')
  if (path !== base && !path.startsWith(`${base}/`)) return undefined
  return { base, path: path.slice(base.length) || '/', query: new URLSearchParams(search.join('?')) }
}
