# A program in a root of its own, as a container engine would start it: read-only but for /tmp and its volumes, as a numeric
# user without rights, with no environment but its own. Run by `unshare --mount`, whose mounts end with the program.
#   image-root.sh ROOT UID:GID VOLUMES FILES-OF-THE-BASE NAME=VALUE… -- COMMAND…
# VOLUMES: a directory whose run/holdfast and var/lib/holdfast are mounted.
set -eu
root=$1 user=$2 volumes=$3 files=$4
shift 4

mount --make-rprivate /
mount --bind "$root" "$root"
# What the base image brings: the C library and its kin; for nginx the program itself.
for place in lib lib64 usr/lib; do
  mkdir -p "$root/$place"
  mount --bind "/$place" "$root/$place"
  mount -o remount,bind,ro "$root/$place"
done
for file in $files; do
  mkdir -p "$root${file%/*}"
  touch "$root$file"
  mount --bind "$file" "$root$file"
done
mkdir -p "$root/dev" "$root/proc" "$root/tmp"
touch "$root/dev/null"
mount --bind /dev/null "$root/dev/null"
mount --bind /proc "$root/proc"
mount -t tmpfs -o size=16m,mode=1777 holdfast-image-tmp "$root/tmp"
for place in run/holdfast var/lib/holdfast; do
  mkdir -p "$volumes/$place"
  chown "$user" "$volumes/$place"
  mount --bind "$volumes/$place" "$root/$place"
done
mount -o remount,bind,ro "$root"

assignments=
while [ "$1" != -- ]; do
  assignments="$assignments $1"
  shift
done
shift
# shellcheck disable=SC2086 -- each assignment is a word without white space
exec setpriv --no-new-privs env -i $assignments /usr/sbin/chroot --userspec="$user" --groups= "$root" "$@"
