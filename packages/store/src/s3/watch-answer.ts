import { parseHttpDate } from '../remote/http-date.ts'
import { refuseKnownServers } from './known-servers.ts'
import { refusePages } from './refuse-pages.ts'

interface Handled {
  readonly response: unknown
}

interface Answer {
  readonly statusCode: number
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/** The used part of the middleware stack of the SDK's commands. */
interface Stack {
  add(
    middleware: (next: (args: never) => Promise<Handled>) => (args: never) => Promise<Handled>,
    options: { readonly step: 'deserialize'; readonly priority: 'low'; readonly name: string },
  ): void
}

/**
 * Refuses answers that are not of S3, and records the `Date` of the answer to a command, because the SDK's own outputs
 * omit the date. The middleware is added to the command and not to the client, because the client may belong to the
 * caller.
 *
 * @returns a function that gives the server's time once the command was answered, epoch ms
 */
export function watchAnswer(command: { readonly middlewareStack: object }): () => number | undefined {
  let date: number | undefined
  ;(command.middlewareStack as Stack).add(
    (next) => async (args) => {
      const handled = await next(args)
      const { headers = {}, statusCode } = handled.response as Answer
      refuseKnownServers(headers)
      refusePages(statusCode, headers)
      date = parseHttpDate(headers['date'])
      return handled
    },
    { step: 'deserialize', priority: 'low', name: 's3schedAnswer' },
  )
  return () => date
}
