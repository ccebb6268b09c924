/**
 * The polkit rule that lets the watchdog, which is not root, restart the target's unit (WD16): this user, this
 * unit, this verb, and nothing else. Whatever it does not answer, other rules and the defaults answer as before.
 */
import type { RuntimeContract } from '../schemas/runtime-contract.ts'

/** In the repository; installed under the same name in `/etc/polkit-1/rules.d`. */
export const polkitRuleFile = 'deploy/polkit/49-holdfast.rules'

export function polkitRule({ version, user, units }: RuntimeContract): string {
  // As JSON each of them is a literal of the rule's language, whatever characters it has.
  const [unit, subject] = [units.target, user].map((text) => JSON.stringify(text))
  return `// Rendered from the runtime contract, version ${version}; do not edit.
// Lets ${user} restart ${units.target}, and nothing else of it.
polkit.addRule(function (action, subject) {
  if (
    action.id === "org.freedesktop.systemd1.manage-units" &&
    action.lookup("unit") === ${unit} &&
    action.lookup("verb") === "restart" &&
    subject.user === ${subject}
  ) {
    return polkit.Result.YES;
  }
  return polkit.Result.NOT_HANDLED;
});
`
}
