"""Runs one Jupyter kernel for driver.ts: commands come in as JSON lines on stdin, every message of the kernel goes out
as a JSON line on stdout. What it is told on the command line: the folder of kernelspecs, the kernel's name, the folder
to start it in."""

import json
import os
import sys
import threading

import zmq
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager

spec_folder, kernel_name, start_folder = sys.argv[1:4]


# The kernel inherits stdout, which is for events alone: keep a private copy of it and let the kernel have stderr.
events_out = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def tell(**event):
    print(json.dumps(event, default=str), file=events_out, flush=True)


specs = KernelSpecManager(kernel_dirs=[spec_folder], ensure_native_kernel=False)
manager = KernelManager(kernel_name=kernel_name, kernel_spec_manager=specs)
manager.start_kernel(cwd=start_folder)
client = manager.blocking_client()
client.start_channels()

# A thread waits for commands (Windows cannot poll stdin) and wakes the loop below through this pair of sockets.
context = zmq.Context.instance()
inbox = context.socket(zmq.PAIR)
inbox.bind("inproc://commands")


def forward_commands():
    outbox = context.socket(zmq.PAIR)
    outbox.connect("inproc://commands")
    for line in sys.stdin:
        outbox.send_string(line)
    outbox.send_string('{"command": "shutdown"}')


threading.Thread(target=forward_commands, daemon=True).start()

requests = {}
alive = True


def obey(line):
    global alive
    command = json.loads(line)
    if command["command"] == "execute":
        requests[client.execute(command["code"])] = command["request"]
    elif command["command"] == "complete":
        requests[client.complete(command["code"], command["position"])] = command["request"]
    elif command["command"] == "interrupt":
        manager.interrupt_kernel()
        tell(event="interrupted")
    elif command["command"] == "shutdown":
        alive = False


poller = zmq.Poller()
for socket in (inbox, client.shell_channel.socket, client.iopub_channel.socket):
    poller.register(socket, zmq.POLLIN)

# The kernel is ready when it has answered and iopub has been heard: what it publishes before we are subscribed is lost.
info_requests = {client.kernel_info()}
ready = set()
while alive:
    waiting = dict(poller.poll(500))
    for name, channel in (("iopub", client.iopub_channel), ("shell", client.shell_channel)):
        while channel.msg_ready():
            message = channel.get_msg(timeout=1)
            parent = message["parent_header"].get("msg_id")
            if parent in info_requests:
                if len(ready) < 2:
                    ready.add(name)
                    if len(ready) == 2:
                        tell(event="ready")
                    elif name == "shell":
                        info_requests.add(client.kernel_info())
            else:
                tell(
                    event="message",
                    channel=name,
                    type=message["msg_type"],
                    request=requests.get(parent),
                    content=message["content"],
                )
    if inbox in waiting:
        obey(inbox.recv_string())
    if not waiting and not manager.is_alive():
        tell(event="died")
        break

client.stop_channels()
manager.shutdown_kernel(now=True)
tell(event="ended")
