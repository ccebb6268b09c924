# Becomes a systemd as process 1 of namespaces of its own. $1: the checkout, shown at /srv/checkout.
# Whatever it could write of the host is read-only, a copy, or another file system: /dev (it would link /dev/log), the
# control groups, /etc, and the whole root. Its network is a loopback of its own, with every port free.
set -eu
# Wherever it is started from may lie under what is covered below.
cd /
fresh() { mount -t tmpfs -o "mode=$1" holdfast-test "$2"; }

mount --make-rprivate /
mount -t cgroup2 holdfast-test /sys/fs/cgroup

fresh 755 /run
mkdir /run/dev
fresh 755 /run/dev
for device in null zero full random urandom tty; do
  : > "/run/dev/$device"
  mount --bind "/dev/$device" "/run/dev/$device"
done
mkdir /run/dev/shm /run/dev/pts
fresh 1777 /run/dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 holdfast-test /run/dev/pts
ln -s pts/ptmx /run/dev/ptmx
ln -s /proc/self/fd /run/dev/fd
mount --move /run/dev /dev

mkdir /run/checkout
mount --rbind "$1" /run/checkout
fresh 755 /srv
mkdir /srv/checkout
mount --move /run/checkout /srv/checkout
mount -o remount,bind,ro /srv/checkout
for directory in /tmp /var/tmp; do fresh 1777 "$directory"; done
for directory in /var/log /var/lib /opt /usr/local/bin; do fresh 755 "$directory"; done
mkdir /run/etc
cp -a /etc/. /run/etc
mount --bind /run/etc /etc
rm -rf /etc/systemd/system /etc/polkit-1/rules.d
mkdir -p /etc/systemd/system /etc/polkit-1/rules.d
echo 'holdfast:x:64999:64999::/var/lib/holdfast:/usr/sbin/nologin' >> /etc/passwd
echo 'holdfast:x:64999:' >> /etc/group
mount -o remount,bind,ro /
/usr/bin/python3 -c 'import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh", b"lo", 0x41))'

# What would set up a machine: devices, modules, kernel settings, accounts, sessions.
mkdir -p /run/systemd/system
for unit in systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket \
  systemd-udev-trigger.service systemd-logind.service tmp.mount dev-hugepages.mount dev-mqueue.mount \
  sys-kernel-debug.mount sys-kernel-tracing.mount proc-sys-fs-binfmt_misc.automount \
  systemd-tmpfiles-setup.service systemd-modules-load.service systemd-sysctl.service \
  systemd-remount-fs.service systemd-sysusers.service systemd-random-seed.service; do
  ln -s /dev/null "/run/systemd/system/$unit"
done
mkdir -p /run/systemd/journald.conf.d
printf '[Journal]\nReadKMsg=no\nAudit=no\nStorage=volatile\n' > /run/systemd/journald.conf.d/test.conf
printf '[Unit]\nDescription=nothing but what a test starts\nDefaultDependencies=no\n' > /run/systemd/system/test.target
export container=unshare
exec /lib/systemd/systemd --unit=test.target
