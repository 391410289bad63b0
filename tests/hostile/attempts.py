"""Hostile deeds that a program tries and that must fail: Python code which raises where it is stopped.

`F` holds what is told of the victims, `need(condition)` raises when a deed had no effect, `call(number, …)`
is a system call that raises its error. Code that comes to its end has got through. Where one does, it does no
harm: it opens without writing, and ends only a process of the tests' own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent

PRELUDE = """\
import ctypes, errno, json, os, platform, resource, shutil, socket, stat, subprocess, sys, time

F = json.loads(os.environ["HOSTILE_FACTS"])
libc = ctypes.CDLL(None, use_errno=True)
OPEN = [int(n) for n in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd/" + n)]
SHOWN = (sys.base_prefix, sys.prefix)

def need(condition, why="it had no effect"):
    if not condition:
        raise OSError(errno.EPERM, f"Operation not permitted: {why}")

def call(numbers, *arguments):
    number = numbers[0 if platform.machine() == "x86_64" else 1]
    if libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A deed, what it is in words, the layer of SECURITY.md that stops it first, and its code."""

    name: str
    what: str
    layer: str
    code: str


# `[layer]`, then `name: what it is` with its code below.
DEEDS = r"""
[files]
ssh-key: read an SSH key
    open(F['key']).read()
home: look into the home folder
    names = os.listdir(F['home'])
    need([n for n in names if not any(s.startswith(os.path.join(F['home'], n, '')) for s in SHOWN)])
shadow: read the passwords
    open('/etc/shadow').read()
passwd: read the users
    open('/etc/passwd').read()
machine-id: read the machine's number
    open('/etc/machine-id').read()
variables: read Troupe's variables
    own = {name: value for name, value in os.environ.items() if name != 'HOSTILE_FACTS'}
    need(F['secret'] in str(own))
database: read Troupe's database
    open(F['database'], 'rb').read()
parent-folder: read beside the project
    need(os.path.basename(F['project']) in os.listdir('..'))
real-path: find the project by its real path
    os.listdir(os.path.dirname(F['project']))
descriptors: use files that Troupe has open
    need([n for n in OPEN if n > 2])
write-outside: write beside the project
    open(F['outside'] + '/made', 'w')
write-parent: write to ..
    open('../made', 'w')
write-dots: write to ../../..
    open('../../../../../../tmp/../made', 'w')
write-system: change a program of the system
    open('/usr/bin/env', 'ab')
write-etc: add a task of the system
    open('/etc/crontab', 'a')
write-start: change what a shell starts with
    open(F['home'] + '/.bashrc', 'a')
add-system: add a program to the system
    open('/usr/bin/troupe-was-here', 'x')
symlink-read: read through a symbolic link
    os.symlink(F['key'], 'link-a')
    open('link-a').read()
symlink-write: write through a symbolic link
    os.symlink(F['outside'], 'link-b')
    open('link-b/made', 'w')
hard-link: make a hard link to a key
    os.link(F['key'], 'hard-a')
hard-link-system: make a hard link to a program
    os.link('/usr/bin/env', 'hard-b')
rename-out: move a file out
    open('moved', 'w').close()
    os.rename('moved', '/usr/lib/moved')
proc-root: go through /proc/1/root
    open('/proc/1/root' + F['key']).read()
disk: open the disk
    need([os.open('/dev/' + name, os.O_RDONLY) for name in ('sda', 'vda', 'nvme0n1', 'mem')])
[privileges]
make-device: make a device file
    os.mknod('disk', 0o600 | stat.S_IFBLK, os.makedev(8, 0))
[files]
kernel-log: read the kernel's log
    open('/dev/kmsg').read(1)
terminal: open the terminal
    open('/dev/tty', 'w')
[calls]
type-ahead: type into the terminal
    import fcntl
    fcntl.ioctl(0, 0x5412, b'x')
[network]
ollama: ask the model server
    import urllib.request
    urllib.request.urlopen(f"http://127.0.0.1:{F['port']}/api/tags", timeout=2).read()
loopback: connect to this machine
    socket.create_connection(('127.0.0.1', F['port']), 2)
loopback-6: connect to it by IPv6
    socket.create_connection(('::1', F['port']), 2)
own-address: connect to its other address
    socket.create_connection((F['address'], F['port']), 2)
local-network: connect to the local network
    socket.create_connection(('192.168.1.1', 80), 1)
internet: connect to the internet
    socket.create_connection(('192.0.2.1', 443), 1)
datagram: send a datagram
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.connect(('127.0.0.1', F['udp']))
    s.send(b'x')
    time.sleep(0.02)
    s.send(b'x')
multicast: call into the local network
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.sendto(b'x', ('224.0.0.251', 5353))
dns: ask for an address
    socket.getaddrinfo('example.com', 443)
packets: send bare packets
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
[calls]
netlink: change the network
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)
[network]
abstract-socket: connect to an abstract socket
    socket.socket(socket.AF_UNIX).connect(F['abstract'])
[files]
local-socket: connect to a socket in a folder
    socket.socket(socket.AF_UNIX).connect(F['socket'])
docker: use Docker
    socket.socket(socket.AF_UNIX).connect('/var/run/docker.sock')
[processes]
signal: end a process outside
    os.kill(F['victim'], 9)
signal-troupe: end Troupe
    os.kill(F['troupe'], 0)
signal-group: end a group outside
    os.killpg(F['troupe'], 0)
[calls]
trace: trace another process
    call((101, 117), 16, os.getppid(), 0, 0)
trace-me: be traced
    call((101, 117), 0, 0, 0, 0)
memory: read another's memory
    call((310, 270), os.getppid(), 0, 0, 0, 0, 0)
[processes]
memory-file: read the first process's memory
    place = int(next(line for line in open('/proc/1/maps') if ' rw-p ' in line).split('-')[0], 16)
    need(os.pread(os.open('/proc/1/mem', os.O_RDONLY), 1, place))
first-files: use the first process's open files
    need([open(f'/proc/1/fd/{n}', 'rb', 0) for n in os.listdir('/proc/1/fd')])
proc-victim: read another's variables
    open(f"/proc/{F['victim']}/environ").read()
proc-first: read the first process's variables
    need(F['secret'] in open('/proc/1/environ').read().replace('HOSTILE_FACTS', ''))
proc-many: see the machine's processes
    numbers = [n for n in os.listdir('/proc') if n.isdigit()]
    names = [open(f'/proc/{n}/comm').read().strip() for n in numbers]
    need(len(numbers) > 20 or 'systemd' in names or 'pytest' in names)
[privileges]
sysctl: change how the kernel dumps
    os.open('/proc/sys/kernel/core_pattern', os.O_WRONLY)
sysrq: restart the machine
    os.open('/proc/sysrq-trigger', os.O_WRONLY)
setuid: run as root by a setuid program
    words = ['mount', '-t', 'tmpfs', 'x', '/tmp']
    done = subprocess.run(words, capture_output=True, text=True)
    need(done.returncode == 0, done.stderr.strip())
[calls]
make-setuid: make a setuid program
    shutil.copy('/usr/bin/env', 'env-a')
    os.chmod('env-a', 0o4755)
make-setuid-open: make one at once
    made = os.open('env-b', os.O_CREAT | os.O_WRONLY, 0o4755)
    need(os.fstat(made).st_mode & 0o4000)
[privileges]
other-user: become another user
    os.setuid(12345)
groups: leave groups
    os.setgroups([])
[calls]
namespace: make a user namespace
    need(libc.unshare(0x10000000) == 0)
clone-namespace: start a child in one
    call((56, 220), 0x10000011, 0, 0, 0, 0)
enter-namespace: enter another's
    call((308, 268), os.open('/proc/self/ns/net', 0), 0)
mount: mount a file system
    call((165, 40), 0, 0, 0, 0, 0)
chroot: change the root
    os.chroot('.')
keys: use the kernel's keys
    call((250, 219), 0, -3, 0)
bpf: load a program into the kernel
    call((321, 280), 0, 0, 0)
module: load a kernel module
    call((313, 273), 0, 0, 0)
kexec: start another kernel
    call((246, 104), 0, 0, 0, 0)
performance: watch the processor
    call((298, 241), 0, 0, -1, -1, 0)
faults: handle page faults
    call((323, 282), 0)
handles: open a file by its number
    call((304, 265), 0, 0, 0)
io-uring: go round the filter
    call((425, 425), 1, 0)
[privileges]
clock: set the clock
    time.clock_settime(time.CLOCK_REALTIME, time.time())
name: rename the machine
    socket.sethostname(socket.gethostname())
priority: take the processor
    os.setpriority(os.PRIO_PROCESS, 0, -20)
[limits]
limits: raise its own limits
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
[files]
control-group: leave its control group
    open('/sys/fs/cgroup/cgroup.procs', 'w')
[consent]
pip: install a package without consent
    words = [sys.executable, '-m', 'pip', 'install', 'requests']
    done = subprocess.run(words, capture_output=True, text=True)
    need(done.returncode == 0, done.stderr.strip()[-60:])
[files]
startup: plant sitecustomize.py
    places = [p for p in sys.path if p not in ('', '/work') and os.path.isdir(p)]
    need([open(p + '/sitecustomize.py', 'w') for p in places])
startup-pth: plant a .pth file
    import site
    need([open(p + '/x.pth', 'w') for p in site.getsitepackages()])
replace-python: replace the interpreter
    open(os.path.join(sys.prefix, 'bin', 'python-new'), 'x')
"""


def _read(text: str) -> Iterator[Attempt]:
    layer = ""
    for part in re.findall(r"^\S.*(?:\n    .*)*", text, re.MULTILINE):
        head, _, code = part.partition("\n")
        if head.startswith("["):
            layer = head.strip("[]")
        else:
            name, _, what = head.partition(": ")
            yield Attempt(name, what, layer, dedent(code))


ATTEMPTS = tuple(_read(DEEDS))
