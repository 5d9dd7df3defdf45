import { parseHttpDate } from '../remote/http-date.ts'
import type { GoogleWire } from './google-client.ts'

/** An answer with a status above 299: the code of the service, without the request and its token. */
export class GoogleAnswer extends Error {
  override readonly name = 'GoogleAnswer'
  readonly status: number
  /** Such as `conditionNotMet`; empty where the service named none. */
  readonly reason: string
  readonly headers: Headers

  constructor({ headers, status, statusText }: Response, text: string) {
    const { message, reason } = errorIn(text)
    super(message ?? (statusText === '' ? `status ${status}` : statusText))
    this.status = status
    this.reason = reason ?? ''
    this.headers = headers
  }
}

/** The error in the JSON of an answer, if the text is such JSON. */
function errorIn(text: string): { readonly message?: string; readonly reason?: string } {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown; errors?: { reason?: unknown }[] } }
    const reason = error?.errors?.[0]?.reason
    return {
      ...(typeof error?.message === 'string' ? { message: error.message } : {}),
      ...(typeof reason === 'string' ? { reason } : {}),
    }
  } catch {
    return {} // a proxy's page in HTML, or no body at all
  }
}

/**
 * Makes one request of the JSON API.
 * @throws {@link GoogleAnswer} for every status above 299, 304 included; what `fetch` throws without an answer
 */
export async function askGoogle(
  { identity, signal }: GoogleWire,
  url: string,
  init: RequestInit = {},
): Promise<Response> {
  const headers = await identity(url)
  for (const [name, value] of new Headers(init.headers)) headers.set(name, value)
  const response = await fetch(url, { ...init, headers, signal, redirect: 'manual' })
  if (response.ok) return response
  throw new GoogleAnswer(response, await response.text())
}

export function serverTimeOf({ headers }: { readonly headers: Headers }): number | undefined {
  return parseHttpDate(headers.get('date') ?? undefined)
}
