import type { FleetSnapshot } from '../fleet/fleet-snapshot.ts'
import type { Html } from '../html/html.ts'
import type { Links } from '../html/links.ts'

/** What a page is made of. */
export interface PageContext {
  readonly snapshot: FleetSnapshot
  readonly links: Links
  readonly query: URLSearchParams
  /** Epoch ms. */
  readonly now: number
  /** Whether this viewer may press buttons. */
  readonly canAct: boolean
}

export interface Page {
  readonly title: string
  /** The entry of the navigation that it belongs to. */
  readonly section: 'overview' | 'timeline' | 'jobs' | 'failures' | 'none'
  readonly body: Html
  /** `false`: making it again costs requests, so the reader is asked first. @default true */
  readonly live?: boolean
  /** @default 200 */
  readonly status?: number
}
