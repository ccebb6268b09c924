/** A health payload with all that the agent's own has, read by the shape of the served one (ADR 0038). */
import type { Health, ToldHealth } from '#domain/schemas/health.ts'
import { fits } from '#web/api/fits.ts'
import type { HealthReading } from '#web/api/health-reading.ts'
import { readingOf } from '#web/api/served-reading.ts'
import SHAPE from '#web/api/served-shape.json'
import { toldHealthIn } from '#web/api/told-health.ts'

/** null: something is missing or not as promised, and only the schemas can say what can be made of it. */
export function plainHealth(body: unknown): HealthReading | null {
  const told = toldHealthIn(body)
  return fits(SHAPE.properties.health, told) ? readingOf(told as unknown as Health & ToldHealth) : null
}
