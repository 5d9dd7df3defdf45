import type { S3Connection } from './s3-connection.ts'

/** Takes the secrets of a connection out of foreign texts: the error of a server may repeat parts of the request. */
export function scrubberOf({ credentials }: Pick<S3Connection, 'credentials'>): (text: string) => string {
  if (credentials === undefined) return (text) => text
  const { secretAccessKey, sessionToken } = credentials()
  const secrets = [secretAccessKey, sessionToken].filter((secret) => secret !== undefined && secret.length > 2)
  const forms = secrets.flatMap((secret = '') => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ])
  return (text) => forms.reduce((scrubbed, form) => scrubbed.replaceAll(form, '***'), text)
}
