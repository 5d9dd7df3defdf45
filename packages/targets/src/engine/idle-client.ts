import { messageOf, type Clock } from '@s3sched/kernel'

/** The time without use after which a client of a target is closed, in ms. */
const IDLE_MS = 5000

/** A client for the use by an engine. */
export interface Clients<Client> {
  use<T>(act: (client: Client) => Promise<T>): Promise<T>
}

export interface ClientLife<Client> {
  readonly open: () => Promise<Client>
  readonly close: (client: Client) => Promise<unknown>
  readonly clock: Clock
}

/**
 * A client with a connection, opened by the first use and closed five seconds after the last. An action has no end of
 * its own, and an open connection would keep the process alive after the scheduler's stop.
 */
export function createIdleClient<Client>({ clock, close, open }: ClientLife<Client>): Clients<Client> {
  let opened: Promise<Client> | undefined
  let users = 0
  let rest = new AbortController()

  const closeWhenIdle = async (): Promise<void> => {
    rest = new AbortController()
    const { signal } = rest
    try {
      await clock.sleep(IDLE_MS, signal)
    } catch {
      return // used again
    }
    const idle = opened
    opened = undefined
    if (idle !== undefined) await close(await idle)
  }

  return {
    use: async (act) => {
      rest.abort('used again')
      users += 1
      opened ??= open()
      const mine = opened
      try {
        return await act(
          await mine.catch((error: unknown) => {
            if (opened === mine) opened = undefined
            throw error
          }),
        )
      } finally {
        users -= 1
        if (users === 0 && opened !== undefined) {
          closeWhenIdle().catch((error: unknown) => {
            // The connection is given up either way, and no run waits for its end.
            process.emitWarning(`a client of a target could not be closed: ${messageOf(error)}`)
          })
        }
      }
    },
  }
}

/** A client that the application opened, and closes. */
export function keepClient<Client>(client: Client): Clients<Client> {
  return { use: (act) => act(client) }
}
