import { didYouMean } from './did-you-mean.ts'

/** Parameters whose values may be shown. The value of any other, known or misspelt, could be a secret. */
const HARMLESS: readonly string[] = ['region', 'endpoint', 'forcePathStyle', 'profile', 'requestChecksumCalculation']

/**
 * A connection string as it may be shown or logged: without credentials, session token and unknown parameters.
 *
 * It also does its work on strings that are no connection at all, so it guesses on the careful side: whatever stands
 * before the last `@` is taken as credentials, whether or not that was meant.
 *
 * @example redactConnection('s3://AKIA:secret@bucket/prefix?region=eu-west-1') // 's3://***@bucket/prefix?region=eu-west-1'
 */
export function redactConnection(connection: string): string {
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(connection)?.[0] ?? ''
  let rest = connection.slice(scheme.length)
  const at = rest.lastIndexOf('@')
  if (at >= 0) {
    // A question mark before it: the tail may be the end of a secret, or of a token.
    if (rest.slice(0, at).includes('?')) return `${scheme}***`
    rest = `***@${rest.slice(at + 1)}`
  } else if (/^[^/?]*:[^/?]*[^0-9/?]/.test(rest)) {
    // "key:secret" with no bucket after it; "host:9000" is not one.
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

/** The name of a parameter, if it is known or meant to be; what stands there otherwise may be a part of a token. */
export function redactParameter(name: string): string {
  return didYouMean(name, [...HARMLESS, 'sessionToken']) === undefined ? '***' : name
}
