"""Stands in for systemd: prints each message, and lets the sender past its barrier by closing what it sent."""
import array, os, socket, sys

address = sys.argv[1]
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind('\0' + address[1:] if address.startswith('@') else address)
print('listening', flush=True)
while True:
    text, extras, _, _ = listener.recvmsg(4096, socket.CMSG_SPACE(64))
    for _, _, data in extras:
        handles = array.array('i')
        handles.frombytes(data[: len(data) - len(data) % handles.itemsize])
        for handle in handles:
            os.close(handle)
    if text != b'BARRIER=1':
        print(text.decode().replace('\n', '|'), flush=True)
