import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { consoleBuild, FIRST_PAGE } from './tools/console-build.ts'

/** Where `npm run dev` finds the agent; the built console is served by the agent itself. */
const agentOrigin = process.env.HOLDFAST_DEV_AGENT ?? 'http://127.0.0.1:8787'

export default defineConfig({
  plugins: [vue(), consoleBuild()],
  define: {
    // Left out of the bundle: components here are functions of their set-up.
    __VUE_OPTIONS_API__: 'false',
  },
  // Relative addresses, so that the same build works under a sub-path behind a proxy.
  base: './',
  build: {
    outDir: 'dist',
    target: 'es2023',
    sourcemap: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // One file each for the frame and for what is shown in it first: a shared part in a file of its own is one more request.
            { name: 'index', test: /\/src\/web\/main\.ts/, priority: 2 },
            FIRST_PAGE,
            { name: 'figures', test: /\/src\/web\/views\/observe\/figures\.ts/, priority: 1 },
            // One file for what asks the agent: only an answer that no shape knows needs the schemas.
            {
              name: 'endpoints',
              test: /\/src\/(?:web\/(?:api\/endpoints|new-key)|domain\/time)/,
              priority: 1,
            },
            // What the overview's last hour shares with other pages: it does not load their words and charts.
            {
              name: 'panels',
              test: /\/src\/(?:web\/(?:ui\/(?:PagePanel|ChartTable)|views\/page\/Feed|messages-(?:page|charts)|reason-words|chart-window|composables\/use-feed|charts\/chart-drawing)|domain\/(?:audit\/actions|policy\/reason-words|metrics\/gauge-series))/,
              minShareCount: 2,
              priority: 1,
            },
            {
              name: 'recover',
              test: /\/src\/web\/(?:views\/recover|messages-recover)|domain\/policy\/(?:act|reason)-words/,
              minShareCount: 2,
            },
            {
              name: 'answers',
              test: /node_modules\/zod|\/src\/domain\/(?:schemas|journal|logs)/,
              minShareCount: 2,
            },
            {
              name: 'release',
              test: /\/src\/web\/(?:views\/release|messages-navigation|composables\/use-contract)/,
              minShareCount: 2,
            },
            { name: 'parts', test: /\/src\/web\/(?:ui|views\/page|messages-page)/, minShareCount: 2 },
          ],
        },
      },
    },
  },
  // Notes for bundlers, which nobody reads behind this one.
  worker: { format: 'es', rolldownOptions: { output: { comments: { annotation: false } } } },
  server: {
    host: '127.0.0.1',
    // The agent accepts only its own host name (SE4): the proxy must present it.
    // Nor does it take a change from another origin than its own (SE3).
    proxy: {
      '^/(admin/api|health|livez|readyz)': {
        target: agentOrigin,
        changeOrigin: true,
        headers: { origin: agentOrigin },
      },
    },
  },
})
