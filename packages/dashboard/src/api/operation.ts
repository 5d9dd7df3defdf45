import type { IncomingMessage } from 'node:http'
import type { Operator } from '@s3sched/operator'
import type { FleetSnapshot } from '../fleet/fleet-snapshot.ts'
import type { Trouble } from '../fleet/fleet-watch.ts'
import type { Rights } from '../http/rights.ts'

/** The input of an operation. */
export interface ApiCall {
  readonly operator: Operator
  readonly rights: Rights
  /** Without the jobs that the caller may not see. */
  readonly snapshot: FleetSnapshot
  /** The reason why the store does not answer now: the snapshot is then the last one. */
  readonly trouble: Trouble | undefined
  /** The values of the path's parts in braces. */
  readonly path: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The body of a POST; `undefined` for none. */
  readonly body: unknown
  readonly req: IncomingMessage
}

export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
}

/** A parameter of a query, as in OpenAPI. */
export interface QueryParameter {
  readonly name: string
  readonly description: string
  readonly schema: object
}

/** An operation of the API: its description and its work. */
export interface Operation {
  readonly method: 'get' | 'post'
  /** Below `/api`; names in braces are parameters. */
  readonly path: string
  readonly id: string
  readonly summary: string
  readonly query?: readonly QueryParameter[]
  /** The schema of the body of a POST. */
  readonly takes?: object
  /** The schema of the answer. */
  readonly gives: object
  readonly answers: number
  answer(call: ApiCall): ApiAnswer | Promise<ApiAnswer>
}

/** An operation that is not done, and why. */
export class ApiRefusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}
