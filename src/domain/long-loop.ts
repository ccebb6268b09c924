/**
 * Calls a loop over very many values. V8's middle compiler writes a function that it knows into the one that calls it,
 * where the turns of its loop are no longer counted: the best compiler would take the loop up only after dozens of calls,
 * each of which takes two to three times as long until then. Here are called so many that it knows none.
 */
export function longLoop<Given extends unknown[], Answer>(
  loop: (...given: Given) => Answer,
  ...given: Given
): Answer {
  return loop(...given)
}
