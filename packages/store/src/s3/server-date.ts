import { parseHttpDate } from './http-date.ts'

interface Handled {
  readonly response: unknown
}

/** As much of the middleware stack of any of the SDK's commands as is used here. */
interface Stack {
  add(
    middleware: (next: (args: never) => Promise<Handled>) => (args: never) => Promise<Handled>,
    options: { readonly step: 'deserialize'; readonly priority: 'low'; readonly name: string },
  ): void
}

/**
 * Notes the `Date` of the answer to a command, which the SDK's own outputs leave out. It is added to the command and not
 * to the client, which may be somebody else's.
 *
 * @returns a function that gives the server's time once the command was answered, epoch ms
 */
export function watchServerDate(command: { readonly middlewareStack: object }): () => number | undefined {
  let date: number | undefined
  ;(command.middlewareStack as Stack).add(
    (next) => async (args) => {
      const handled = await next(args)
      const { headers } = handled.response as { readonly headers?: Readonly<Record<string, string | undefined>> }
      date = parseHttpDate(headers?.['date'])
      return handled
    },
    { step: 'deserialize', priority: 'low', name: 's3schedServerDate' },
  )
  return () => date
}
