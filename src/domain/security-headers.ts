const EVERYWHERE = ["base-uri 'self'", "form-action 'self'", "frame-ancestors 'none'"]

/** The usual headers (SE8). The console needs nothing but its own files, so nothing else is allowed. */
export const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    ...EVERYWHERE,
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}

/** Of a page that has no script and brings its one style along, known by hash or nonce: nothing is loaded, and nothing else is let in. */
export function policyWithStyle(style: string): string {
  return ["default-src 'none'", `style-src '${style}'`, ...EVERYWHERE].join('; ')
}
