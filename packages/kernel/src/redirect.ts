const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308]

/**
 * The words of an error about an answer that redirects. The origin of the `Location` is told and not the rest, since a path
 * or a query may hold a secret.
 * @param asked - the address of the request
 * @returns `undefined` for an answer that does not redirect
 */
export function redirectOf(status: number, location: string | null | undefined, asked: string): string | undefined {
  if (!REDIRECTS.includes(status)) return undefined
  if (typeof location !== 'string' || !URL.canParse(location, asked))
    return 'a redirect without a Location that can be read'
  const [to, from] = [placeOf(new URL(location, asked)), placeOf(new URL(asked))]
  return to === from ? `a redirect to another path of ${to}` : `a redirect to ${to}`
}

/** As `origin`, which is `null` for other schemes than those of the web. */
function placeOf({ host, protocol }: URL): string {
  return `${protocol}//${host}`
}
