"""The program that a run's kernel is: an ordinary Python kernel that never drops an output.

A ZeroMQ publisher discards messages past 1,000 that its reader has not taken yet. With the stock kernel a
cell that displayed 20,000 values to a slow reader kept 6,319 of them and was called completed.
"""

import zmq
from ipykernel.kernelapp import IPKernelApp


class LosslessKernel(IPKernelApp):
    def init_iopub(self, context):
        context.setsockopt(zmq.SNDHWM, 0)  # for the sockets made from here on
        super().init_iopub(context)


if __name__ == "__main__":
    LosslessKernel.launch_instance()
