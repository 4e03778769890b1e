# Debian's cross compiler: apt-get install g++-aarch64-linux-gnu qemu-user
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L /usr/aarch64-linux-gnu)
# Programs come from the host; the package's folder, given as CMAKE_PREFIX_PATH, is searched as it stands.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
