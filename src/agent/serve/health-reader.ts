import { fake } from '#domain/health/compose.ts'
export function healthReader({ probe, clock }: any) {
  return () => { const { outcome, since } = probe.latest(); return fake(outcome, clock.wallNow(), since) }
}
