import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { HoldfastProblem } from '#domain/problems.ts'
import type { DatagramSource } from '#agent/ports/datagrams.ts'
import { describeHolder } from './port-holder.ts'
import { udpDrops } from './socket-drops.ts'

/** Room for bursts while the event loop is busy; the kernel grants less where its own limit is lower. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024

/** Listens on loopback only: anybody who can send here may invent samples. */
export async function openUdp(port: number): Promise<DatagramSource> {
  const socket = createSocket('udp4')
  try {
    socket.bind({ address: '127.0.0.1', port, exclusive: true })
    await once(socket, 'listening')
  } catch (cause) {
    socket.close()
    throw new HoldfastProblem(
      'port_taken',
      `UDP ${await describeHolder('udp', port)}; HOLDFAST_STATSD_PORT names another`,
      { cause },
    )
  }
  socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES)
  const bound = socket.address().port
  return {
    port: bound,
    onDatagram: (listener) => void socket.on('message', listener),
    droppedByKernel: () => udpDrops(bound),
    close: () => new Promise((done) => socket.close(() => done())),
  }
}
