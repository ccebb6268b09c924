/**
 * The kinds of value a setting can have: what is accepted from a JSON file, how the same is written in an
 * environment variable, and how the expectation reads in an error.
 */
import * as z from 'zod/mini'
import { parseSelector } from '../schemas/metrics-text.ts'

/** JavaScript's safe parsing of a whole word: no blanks, no hexadecimal, no half-read numbers. */
const NUMBER_WORD = /^-?\d+(\.\d+)?$/

function numberFrom(text: string): unknown {
  return NUMBER_WORD.test(text) ? Number(text) : text
}

function booleanFrom(text: string): unknown {
  const word = text.toLowerCase()
  if (['true', '1', 'yes', 'on'].includes(word)) return true
  if (['false', '0', 'no', 'off'].includes(word)) return false
  return text
}

function listFrom(text: string): unknown {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

/** No wait and no window of the policy is longer. */
export const LONGEST_WINDOW_S = 86_400

const asIs = (text: string): unknown => text

export const KINDS = {
  loopbackHost: {
    schema: z.string().check(z.regex(/^(localhost|127(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}|::1)$/)),
    fromText: asIs,
    expected:
      'a loopback address (127.0.0.1, ::1 or localhost); other addresses need TLS or a proxy in front',
  },
  port: {
    schema: z.int().check(z.minimum(0), z.maximum(65_535)),
    fromText: numberFrom,
    expected: 'a port from 0 to 65535 (0 = any free)',
  },
  path: {
    schema: z.string().check(z.minLength(1), z.maxLength(4096), z.regex(/^[^\0]+$/)),
    fromText: asIs,
    expected: 'a path',
  },
  navigation: {
    schema: z.enum(['console', 'classic']),
    fromText: asIs,
    expected: 'console or classic',
  },
  httpUrl: {
    // User and password in it would be shown wherever the address is (AU5).
    schema: z.url({ protocol: /^http$/ }).check(z.regex(/^[^@]*$|^http:\/\/[^/?#@]+[/?#]/)),
    fromText: asIs,
    expected: 'an http:// URL without user and password',
  },
  outsideUrl: {
    schema: z.url({ protocol: /^https?$/ }).check(z.regex(/^[^@]*$|^https?:\/\/[^/?#@]+[/?#]/)),
    fromText: asIs,
    expected: 'an http:// or https:// URL without user and password',
  },
  series: {
    schema: z.string().check(
      z.maxLength(500),
      z.refine((text) => parseSelector(text) !== null),
    ),
    fromText: asIs,
    expected: 'the name of a Prometheus series, with labels where they are needed: name{label="value"}',
  },
  origins: {
    schema: z.array(z.url().check(z.regex(/^https?:\/\/(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$/))),
    fromText: listFrom,
    expected: 'origins like https://ops.example.org, in the environment separated by commas',
  },
  addresses: {
    schema: z.array(z.union([z.ipv4(), z.ipv6()])),
    fromText: listFrom,
    expected: 'IP addresses like 127.0.0.1, in the environment separated by commas',
  },
  boolean: { schema: z.boolean(), fromText: booleanFrom, expected: 'true or false' },
  seconds: {
    schema: z.number().check(z.minimum(0), z.maximum(LONGEST_WINDOW_S)),
    fromText: numberFrom,
    expected: `seconds from 0 to ${LONGEST_WINDOW_S}`,
  },
  positiveSeconds: {
    schema: z.number().check(z.gt(0), z.maximum(3600)),
    fromText: numberFrom,
    expected: 'seconds above 0, at most 3600',
  },
  windowSeconds: {
    schema: z.number().check(z.minimum(30), z.maximum(LONGEST_WINDOW_S)),
    fromText: numberFrom,
    expected: `seconds from 30 to ${LONGEST_WINDOW_S}`,
  },
  count: {
    schema: z.int().check(z.minimum(1), z.maximum(1000)),
    fromText: numberFrom,
    expected: 'a whole number from 1 to 1000',
  },
  days: {
    schema: z.int().check(z.minimum(1), z.maximum(36_500)),
    fromText: numberFrom,
    expected: 'a whole number of days from 1 to 36500',
  },
  rows: {
    schema: z.int().check(z.minimum(0), z.maximum(1_000_000)),
    fromText: numberFrom,
    expected: 'a whole number from 0 to 1000000',
  },
  mebibytes: {
    schema: z.int().check(z.minimum(1), z.maximum(1_048_576)),
    fromText: numberFrom,
    expected: 'a whole number of MiB from 1 to 1048576',
  },
  looks: {
    schema: z.int().check(z.minimum(0), z.maximum(1000)),
    fromText: numberFrom,
    expected: 'a whole number from 0 to 1000 (0 = never)',
  },
  bytes: {
    schema: z.int().check(z.minimum(1)),
    fromText: numberFrom,
    expected: 'a whole number of bytes',
  },
  ratio: {
    schema: z.number().check(z.gt(0), z.maximum(1)),
    fromText: numberFrom,
    expected: 'a ratio above 0, at most 1',
  },
  guardRelease: {
    schema: z.enum(['manual', 'window']),
    fromText: asIs,
    expected: '"manual" or "window"',
  },
} as const

export type Kind = keyof typeof KINDS
export type ValueOf<K extends Kind> = z.infer<(typeof KINDS)[K]['schema']>
