/** The server's event for an open page. */
export interface Look {
  readonly version: string
  readonly down: boolean
}

export interface Listener extends AsyncDisposable {
  /** The next look that satisfies `isWanted`. */
  until(isWanted: (look: Look) => boolean): Promise<Look>
}

/** Opens the stream of events like a page. */
export async function listen(url: string): Promise<Listener> {
  const end = new AbortController()
  const answer = await fetch(`${url}/events`, { signal: end.signal })
  if (answer.body === null) throw new Error(`answered ${answer.status} without a body`)
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const next = async (): Promise<Look> => {
    for (;;) {
      const found = /data: (.*)\n\n/.exec(text)
      if (found !== null) {
        text = text.slice(found.index + found[0].length)
        return JSON.parse(found[1] ?? '') as Look
      }
      const { done, value } = await reader.read()
      if (done) throw new Error('the stream has ended')
      text += value
    }
  }
  return {
    async until(isWanted) {
      for (;;) {
        const look = await next()
        if (isWanted(look)) return look
      }
    },
    async [Symbol.asyncDispose]() {
      await reader.cancel()
      end.abort()
    },
  }
}
