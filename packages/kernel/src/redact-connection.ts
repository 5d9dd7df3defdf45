import { didYouMean } from './did-you-mean.ts'

/** Parameters whose values may be shown. The value of every other parameter, known or misspelt, could be a secret. */
const HARMLESS: readonly string[] = ['region', 'endpoint', 'forcePathStyle', 'profile', 'requestChecksumCalculation']

/**
 * A connection string for messages and logs: without credentials, session token and unknown parameters.
 *
 * The input may be no connection at all, so the function prefers to hide too much: everything before the last `@`
 * counts as credentials.
 *
 * @example redactConnection('s3://AKIA:secret@bucket/prefix?region=eu-west-1') // 's3://***@bucket/prefix?region=eu-west-1'
 */
export function redactConnection(connection: string): string {
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(connection)?.[0] ?? ''
  let rest = connection.slice(scheme.length)
  const at = rest.lastIndexOf('@')
  if (at >= 0) {
    // With a question mark before the `@`, the tail may be the end of a secret or of a token.
    if (rest.slice(0, at).includes('?')) return `${scheme}***`
    rest = `***@${rest.slice(at + 1)}`
  } else if (/^[^/?]*:[^/?]*[^0-9/?]/.test(rest)) {
    // "key:secret" with no bucket behind; "host:9000" is no credential.
    return `${scheme}***`
  }
  const mark = rest.indexOf('?')
  if (mark < 0) return scheme + rest
  const parameters = rest
    .slice(mark + 1)
    .split('&')
    .map((parameter) => {
      const [name = '', ...value] = parameter.split('=')
      return HARMLESS.includes(name) && value.length > 0 ? parameter : `${redactParameter(name)}=***`
    })
  return `${scheme}${rest.slice(0, mark)}?${parameters.join('&')}`
}

/** The name of a parameter, if the name is known or close to a known name; any other text may be a part of a token. */
export function redactParameter(name: string): string {
  return didYouMean(name, [...HARMLESS, 'sessionToken', 'sasToken']) === undefined ? '***' : name
}
