/**
 * Master and workers start here, and so have one command line, as gunicorn's forks have: by that a worker is told from
 * another child. Each loads its own part alone.
 */
import cluster from 'node:cluster'

await (cluster.isPrimary ? import('./master.ts') : import('./worker.ts'))
