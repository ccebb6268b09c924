/**
 * Watches a directory by name, not by inode. A watch on a file dies with the first rename over it, and one on a
 * directory falls silent for ever when that directory is removed; so the parent is watched too, and tells when
 * another directory stands under the name. What even that misses, the next `rearm()` finds.
 */
import { statSync, watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { basename, dirname } from 'node:path'

export interface DirectoryWatch {
  /** Cheap: one stat, and nothing more while the directory is the one that is watched. */
  rearm(): void
  close(): void
}

/** `rename`: the name came or went; `change`: what it names did; null: the watch is another than before. */
type Wake = (name: string | null, event: 'rename' | 'change' | null) => void

export function watchDirectory(directory: string, wake: Wake): DirectoryWatch {
  const own = new WatchedInode(directory, wake)
  const parent = new WatchedInode(dirname(directory), (name) => {
    if ((name === null || name === basename(directory)) && own.rearm()) wake(null, null)
  })
  const rearm = (): void => {
    const isParentNew = parent.rearm()
    // Whatever came before the new watch stood has to be looked for.
    if (own.rearm() || isParentNew) wake(null, null)
  }
  parent.rearm()
  own.rearm()
  return {
    rearm,
    close: () => {
      parent.close()
      own.close()
    },
  }
}

/** What lies under a name, until something else does: then it is silent up to the next `rearm`. */
export function watchInode(path: string, changed: () => void): Pick<WatchedInode, 'rearm' | 'close'> {
  const watched = new WatchedInode(path, changed)
  watched.rearm()
  return watched
}

class WatchedInode {
  readonly #path: string
  readonly #seen: Wake
  #watcher: FSWatcher | null = null
  #inode: string | null = null

  constructor(path: string, seen: Wake) {
    this.#path = path
    this.#seen = seen
  }

  /** True when it watches something else than before. */
  rearm(): boolean {
    const inode = inodeOf(this.#path)
    if (inode === this.#inode) return false
    this.close()
    if (inode === null) return true
    try {
      this.#watcher = watch(this.#path, (event, name) => this.#seen(name, event))
      this.#watcher.on('error', () => this.close())
      this.#inode = inode
    } catch {
      // No watches left, or it went away again: the caller polls, and the next call tries once more. Nothing
      // new is watched, so nobody is woken: who is woken calls again, and would never rest.
      this.close()
      return false
    }
    return true
  }

  close(): void {
    this.#watcher?.close()
    this.#watcher = null
    this.#inode = null
  }
}

function inodeOf(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true })
  // The number alone is given to a new directory at once; its time of birth is not.
  return stat === undefined ? null : `${stat.dev}:${stat.ino}:${stat.birthtimeNs}`
}
