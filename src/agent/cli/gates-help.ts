import { GATE_IDS, gateSpec } from '#domain/release/gates.ts'

export function gatesHelp(): string {
  return GATE_IDS.map((id) => `  ${id.padEnd(20)} ${gateSpec(id).protects}`).join('\n')
}
