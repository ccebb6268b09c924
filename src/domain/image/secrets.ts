/**
 * Secrets by their content: forms that nothing else has. A mark that a plain search finds comes first, so that a hundred
 * megabytes without one cost a glance. What was found is never shown, only what kind it is (AU5).
 */
interface SecretForm {
  readonly what: string
  /** One of them stands in it. */
  readonly marks: readonly string[]
  readonly form: RegExp
}

const FORMS: readonly SecretForm[] = [
  {
    what: 'a private key',
    marks: ['PRIVATE KEY'],
    form: /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----\s{1,4}(?:[A-Za-z-]{1,40}: [^\r\n]{0,200}\r?\n|\r?\n){0,6}[A-Za-z0-9+/=]{30}/,
  },
  {
    what: 'an AWS access key',
    marks: ['AKIA'],
    form: /(?<![A-Za-z0-9+/=])AKIA[A-Z2-7]{16}(?![A-Za-z0-9+/=])/,
  },
  {
    what: 'a GitHub token',
    marks: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    form: /(?<![A-Za-z0-9_])gh[pousr]_[A-Za-z0-9]{36}(?![A-Za-z0-9])/,
  },
  { what: 'a GitHub token', marks: ['github_pat_'], form: /github_pat_[A-Za-z0-9_]{60}/ },
  { what: 'a GitLab token', marks: ['glpat-'], form: /glpat-[A-Za-z0-9_-]{20}/ },
  {
    what: 'a Slack token',
    marks: ['xoxa-', 'xoxb-', 'xoxp-', 'xoxr-', 'xoxs-'],
    form: /(?<![A-Za-z0-9])xox[abprs]-[0-9]{8,14}-[A-Za-z0-9-]{12}/,
  },
  {
    what: 'an npm token',
    marks: ['_authToken'],
    form: /_authToken\s{0,4}=\s{0,4}"?(?!\$)[A-Za-z0-9_./+=-]{8}/,
  },
  { what: 'an npm token', marks: ['npm_'], form: /(?<![A-Za-z0-9_])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9_])/ },
  { what: 'a Stripe key', marks: ['k_live_'], form: /[sr]k_live_[A-Za-z0-9]{20}/ },
  {
    what: 'a Google API key',
    marks: ['AIza'],
    form: /(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/,
  },
  {
    what: 'a registry login',
    marks: ['"auths"'],
    form: /"auths"\s{0,8}:\s{0,8}\{[^]{1,400}?"(?:auth|identitytoken)"\s{0,4}:\s{0,4}"[A-Za-z0-9+/=_.-]{8}/,
  },
  {
    what: 'a connection string with its password',
    marks: ['postgres', 'mysql', 'mariadb', 'mongodb', 'redis', 'amqp'],
    form: /(?<![A-Za-z])(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?)(?:\+[a-z0-9]{1,12})?:\/\/[^\s:@/"'<>{}$]{1,64}:(?![*.x]{3})[^\s:@/"'<>{}$]{3,128}@[^\s"'<>]/,
  },
  {
    what: 'the hash of a password',
    marks: ['$6$', '$y$', '$2a$', '$2b$', '$2y$', '$argon2'],
    form: /(?:^|[:"\s])(?:\$6\$|\$y\$|\$2[aby]\$\d\d\$|\$argon2id?\$)[A-Za-z0-9./$=,+]{30}/m,
  },
]

/** As long as the longest form may be: a chunk of a file is looked at together with so much of the one before. */
export const SECRET_OVERLAP = 1024

export function secretsIn(text: string): string[] {
  return FORMS.flatMap(({ what, marks, form }) =>
    marks.some((mark) => text.includes(mark)) && form.test(text) ? [what] : [],
  )
}

/** Files that hold nothing but a secret, by their name; null where the name says nothing. */
export function secretByName(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const found = SECRET_NAMES.find(({ form }) => form.test(form.source.includes('/') ? path : name))
  return found?.what ?? null
}

const SECRET_NAMES: readonly { readonly form: RegExp; readonly what: string }[] = [
  { form: /^id_(?:rsa|dsa|ecdsa|ed25519)$/, what: 'a private key of SSH' },
  { form: /^\.(?:netrc|pgpass|git-credentials|htpasswd|vault-token)$/, what: 'stored passwords' },
  { form: /^\.env(?:\.(?!example$|sample$|template$)[a-z.]+)?$/, what: 'an environment with its values' },
  { form: /\.(?:p12|pfx|jks|keystore|kdbx)$/, what: 'a store of keys' },
  { form: /\/\.aws\/credentials$/, what: 'credentials of AWS' },
  { form: /\/\.kube\/config$/, what: 'credentials of a cluster' },
  { form: /\/(?:state|holdfast)\/access\.json$/, what: 'accounts and tokens of Holdfast' },
]
