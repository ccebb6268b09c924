/** Where datagrams come in; the intake does not know of sockets. */
export interface DatagramSource {
  /** The port that is really bound: another than asked where 0 was asked. */
  readonly port: number
  onDatagram(listener: (datagram: Buffer) => void): void
  /** Sent here, and thrown away because it was not read in time; null: not known. */
  droppedByKernel(): number | null
  close(): Promise<void>
}
