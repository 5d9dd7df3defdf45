import type * as Auth from 'google-auth-library'
import { missingPeer } from '../missing-peer.ts'
import type { Wire } from '../remote/requests.ts'
import type { GoogleConnection } from './google-connection.ts'

/** The headers that prove an identity, for each request anew: the library keeps the token, and renews the token. */
export interface GoogleMeans {
  readonly identity: (url: string) => Promise<Headers>
}

export type GoogleWire = Wire<GoogleMeans>

const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_write'

/**
 * The identity by Google's default chain: GOOGLE_APPLICATION_CREDENTIALS, the login of gcloud, the machine's own. An
 * endpoint without TLS is an emulator, and gets no token.
 */
export async function connectGoogle({ endpoint }: GoogleConnection): Promise<GoogleMeans> {
  if (endpoint.startsWith('http:')) return { identity: async () => new Headers() }
  const { GoogleAuth } = await loadAuth()
  const auth = new GoogleAuth({ scopes: SCOPE })
  return { identity: async (url) => new Headers(await auth.getRequestHeaders(url)) }
}

async function loadAuth(): Promise<typeof Auth> {
  try {
    return await import('google-auth-library')
  } catch (error) {
    throw missingPeer(error, 'google-auth-library', 'a store gs://…')
  }
}
