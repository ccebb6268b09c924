/** The watchdog goes on, whatever fails. */
import type { Mutation } from './mutation.ts'

export const SURVIVAL_GUARDS: readonly Mutation[] = [
  {
    guard: 'a look that fails is tried again',
    file: 'src/agent/watchdog/watch.ts',
    from: "if (error instanceof HoldfastProblem && error.code.startsWith('state_')) throw error",
    to: 'throw error',
  },
  {
    guard: 'after a failure of the journal all is opened anew',
    file: 'src/agent/watchdog/watch.ts',
    from: "if (error instanceof HoldfastProblem && error.code.startsWith('state_')) throw error",
    to: '',
  },
  {
    guard: 'a sign of life may fail',
    file: 'src/agent/watchdog/watch.ts',
    from: '    await tell(problem)\n  } catch (error) {',
    to: '    await tell(problem)\n  } catch (error) {\n    throw error',
  },
]
