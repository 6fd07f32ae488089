"""How `npm start` runs JupyterLab: this project's kernel only, no news, and never without its launcher."""

import logging
import os
import threading
import time

c = get_config()  # noqa: F821 (Jupyter defines it)

c.ServerApp.answer_yes = True
c.ServerApp.log_level = "ERROR"
c.ServerApp.allow_root = True
c.LabApp.log_level = "ERROR"
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.KernelSpecManager.allowed_kernelspecs = {"tslab"}
c.MappingKernelManager.default_kernel_name = "tslab"
c.KernelSpecManager.ensure_native_kernel = False


class WithoutAddresses(logging.Filter):
    """The launcher prints the address itself, once and without the lines around it."""

    def filter(self, record):
        return "To access the server" not in record.getMessage()


def launcher_is_gone(launcher, parent):
    if os.getppid() != parent:
        return True
    try:
        import psutil
    except ImportError:
        return False
    return not psutil.pid_exists(launcher)


def stop_with_launcher(launcher, parent):
    """Stops the server and its kernels when the launcher was killed and could not do so itself."""
    from jupyter_server.serverapp import ServerApp

    while not launcher_is_gone(launcher, parent):
        time.sleep(1)
    while ServerApp.instance().io_loop is None:
        time.sleep(0.1)
    ServerApp.instance().stop(from_signal=True)


# Jupyter reads this file once for the server and once for JupyterLab.
if not any(thread.name == "launcher" for thread in threading.enumerate()):
    logging.getLogger("ServerApp").addFilter(WithoutAddresses())
    threading.Thread(
        target=stop_with_launcher,
        args=(int(os.environ["NN_LAUNCHER"]), os.getppid()),
        name="launcher",
        daemon=True,
    ).start()
