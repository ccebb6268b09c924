import { builtinModules } from 'node:module'
import { defineConfig } from 'vite'

/**
 * The agent as it runs: JavaScript in a few files. From its sources Node would strip types at each start, and hold
 * every source text beside what it compiled from it, for as long as the process lives.
 */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: true,
    outDir: 'build/agent',
    target: 'node24',
    minify: false,
    sourcemap: false,
    rollupOptions: {
      input: { holdfast: 'src/agent/cli/main.ts' },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      external: [...builtinModules, /^node:/, 'fastify', '@fastify/static'],
    },
  },
  ssr: { noExternal: ['zod'] },
})
