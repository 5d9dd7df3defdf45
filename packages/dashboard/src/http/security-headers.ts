/**
 * The headers of every answer. Nothing is loaded from elsewhere, nothing inline runs, nobody frames the pages, and a
 * form can only be sent here. The referrer policy is `same-origin` and not `no-referrer`, because a browser would then
 * hide the origin of a form, and the check against forged requests needs the origin.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}
