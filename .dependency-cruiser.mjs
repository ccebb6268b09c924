/** The import rule (docs/adr/0002): who may import whom. Each rule says what to do instead. */
export default {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment:
        'The domain runs in browser, agent and watchdog: pass in what it needs instead of importing it.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', '^node_modules/zod/'] },
    },
    {
      name: 'web-does-not-see-agent',
      comment: 'They meet in src/domain/schemas and over HTTP, nowhere else.',
      severity: 'error',
      from: { path: '^src/web/' },
      to: { path: ['^src/agent/', '^tools/'] },
    },
    {
      name: 'web-runs-in-a-browser',
      comment: 'Node modules do not exist there.',
      severity: 'error',
      from: { path: '^src/web/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'agent-does-not-see-web',
      comment: 'The built console is bytes to the agent; shared rules belong in src/domain.',
      severity: 'error',
      from: { path: '^src/agent/' },
      to: { path: ['^src/web/', '^node_modules/(vue|vue-router|pinia|ky|echarts)/'] },
    },
    {
      name: 'watchdog-and-api-meet-in-files',
      comment: 'They are two processes: durable files are their only meeting place.',
      severity: 'error',
      from: { path: '^src/agent/watchdog/' },
      to: { path: '^src/agent/api/' },
    },
    {
      name: 'api-and-watchdog-meet-in-files',
      comment: 'They are two processes: durable files are their only meeting place.',
      severity: 'error',
      from: { path: '^src/agent/api/' },
      to: { path: '^src/agent/watchdog/' },
    },
    {
      name: 'ui-parts-are-generic',
      comment: 'A part in ui/ knows no store, route or endpoint: pass props in.',
      severity: 'error',
      from: { path: '^src/web/ui/' },
      to: { path: '^src/web/(stores|views|api|composables|router)' },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { path: '^(src|tools)/' },
      to: { path: '^test/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      extensions: ['.ts', '.vue', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
}
