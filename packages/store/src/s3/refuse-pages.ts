import { StoreError } from '../store-error.ts'

const PAGE = /^\s*(text\/html|application\/xhtml\+xml)/i
const TEXT = /^\s*text\/plain/i

/**
 * Refuses a page for people in the place of an answer: the page of a portal, or of a proxy whose server is in
 * maintenance. Such a page comes with 200 to any method, and often with an ETag, so a PUT would count as written, and a
 * LIST as empty. With 404, in HTML or in plain text, such a page would say that an object is missing: S3 says so in XML.
 * A page with the status of another error needs no look: the status tells enough.
 *
 * @throws {@link StoreError} `CORRUPT`
 */
export function refusePages(status: number, headers: Readonly<Record<string, string | undefined>>): void {
  if (status >= 400 && status !== 404) return
  const type = headers['content-type'] ?? ''
  if (!PAGE.test(type) && !(status === 404 && TEXT.test(type))) return
  throw new StoreError(`the answer is a page with status ${status}, and not S3's`, {
    code: 'CORRUPT',
    suggestion: 'Check the endpoint, and the proxies between here and its server',
  })
}
