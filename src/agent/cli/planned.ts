/**
 * Commands whose names are promised and which this version does not carry yet. They are listed, so that
 * nobody looks for another spelling; running one fails and says so. A name leaves this table in the commit
 * that brings the command.
 */
export const PLANNED: Readonly<Record<string, string>> = {
  gates: 'release gates',
  cutover: 'promote a release whose gates passed',
  rehearse: 'rehearse restart and rollback for real, in a scratch root',
}
