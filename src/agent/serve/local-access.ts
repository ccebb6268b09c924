/** The agent on its Unix socket: for operators of this host, without an account in the network (SE7, ADR 0010). */
import { buildLocalServer, type LocalServerParts } from '#agent/api/server.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { accountName, accountUid, groupGid } from '#agent/system/accounts.ts'
import { publishSocket } from '#agent/system/agent-socket.ts'
import { FileProofs } from '#agent/system/file-proof.ts'

export interface LocalAccess {
  close(): Promise<void>
}

export async function openLocalAccess(
  { kind, user, group, paths }: RuntimeContract,
  parts: Omit<LocalServerParts, 'peers'>,
): Promise<LocalAccess> {
  const gid = await groupGid(group)
  const proofs = new FileProofs(paths.runtime_dir, parts.clock)
  await proofs.prepare(gid)
  const targetUid = kind === 'demonstration' ? null : await accountUid(user)
  const app = buildLocalServer({
    ...parts,
    peers: { proofs, accountName, barred: (uid) => barredBecause(uid, targetUid) },
  })
  try {
    const socket = await publishSocket(paths.runtime_dir, gid, (path) => app.listen({ path }))
    return {
      close: async () => {
        await socket.withdraw()
        await app.close()
      },
    }
  } catch (error) {
    await app.close()
    throw error
  }
}

/** What the kernel shows for an account that has no number here: it may be anybody. */
const NOBODYS_UID = 65_534

/**
 * The target's account writes the runtime directory, and so may get in. What it asked for would be an operator's
 * word, and a flag of its own would be more than the request that it is (WD7). Where it is the agent's account too,
 * it could write the journal itself, and this keeps nothing from it.
 */
function barredBecause(uid: number, targetUid: number | null): string | null {
  if (uid === NOBODYS_UID) return `uid ${uid} stands for accounts that are not known here`
  const isTargets = uid === targetUid && uid !== process.geteuid?.()
  return isTargets ? `uid ${uid} is the account of the target, and no operator's` : null
}
