import { connectionError } from './connection-error.ts'

/** Refuses an endpoint that is no address, or more than an address. */
export function checkEndpoint(connection: string, endpoint: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw connectionError(
      connection,
      'the endpoint is not an address',
      "Write an endpoint like 'https://host:9000', with http:// or https://",
    )
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw connectionError(
      connection,
      'the endpoint must be an address alone, without credentials or parameters',
      'Write the credentials as key:secret@ before the bucket',
    )
  }
}
