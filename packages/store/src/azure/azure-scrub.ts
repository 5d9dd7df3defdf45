import type { AzureConnection } from './azure-connection.ts'

/** Takes the secrets of a connection out of foreign texts: an error of the SDK may repeat the address of a request. */
export function azureScrubberOf({ secret }: Pick<AzureConnection, 'secret'>): (text: string) => string {
  if (secret === undefined) return (text) => text
  const given = secret()
  const forms = 'accountKey' in given ? [given.accountKey] : formsOf(given.sasToken)
  const hidden = forms.flatMap((form) => [form, encodeURIComponent(form)]).filter((form) => form.length > 2)
  return (text) => hidden.reduce((scrubbed, form) => scrubbed.replaceAll(form, '***'), text)
}

/** The whole token, and its signature alone, encoded and not. */
function formsOf(sasToken: string): string[] {
  const signature = new URLSearchParams(sasToken).get('sig')
  return signature === null ? [sasToken] : [sasToken, signature]
}
