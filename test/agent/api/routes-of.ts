import type { FastifyInstance } from 'fastify'

/** `METHOD /path` of each route, as fastify itself prints them. */
export function routesOf(server: FastifyInstance): string[] {
  const lines = server.printRoutes({ commonPrefix: false, includeHooks: false }).split('\n')
  const path: string[] = []
  const found: string[] = []
  for (const line of lines) {
    const [, indent = '', part = '', methods] = /^([│ ]*)[├└]── (\S*)(?: \((.*)\))?$/.exec(line) ?? []
    if (part === '') continue
    path.splice(indent.length / 4, Infinity, part)
    for (const method of (methods ?? '').split(', ')) {
      if (method !== '' && method !== 'HEAD') found.push(`${method} ${path.join('')}`)
    }
  }
  return found.toSorted()
}
