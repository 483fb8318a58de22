"""Inverts a symmetric positive definite matrix by LAPACK's dpotrf and dpotri, through Debian's OpenBLAS.

python3 lapack.py FILE N: FILE holds N x N doubles. Prints the seconds, by the clock and of processor time, and
the inverse's first diagonal element. Exit code 3: there is no OpenBLAS with LAPACK.
"""
import ctypes
import ctypes.util
import resource
import sys
import time


def library():
    names = ["libopenblas.so.0", ctypes.util.find_library("openblas")]
    for name in filter(None, names):
        try:
            found = ctypes.CDLL(name)
            found.dpotrf_, found.dpotri_
            return found
        except (OSError, AttributeError):
            continue
    sys.exit(3)


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


path, size = sys.argv[1], int(sys.argv[2])
blas = library()
matrix = (ctypes.c_double * (size * size))()
with open(path, "rb", buffering=0) as file:
    view, read = memoryview(matrix).cast("B"), 0
    while read < len(view):
        read += file.readinto(view[read:])
n, info = ctypes.c_int(size), ctypes.c_int(0)
wall, cpu = time.perf_counter(), cpu_seconds()
for routine in (blas.dpotrf_, blas.dpotri_):
    routine(b"U", ctypes.byref(n), matrix, ctypes.byref(n), ctypes.byref(info))
    if info.value != 0:
        sys.exit(f"LAPACK: info {info.value}")
print(time.perf_counter() - wall, cpu_seconds() - cpu, matrix[0])
