#include "schedules/platform.h"

namespace actinide {

const Platform linux_platform{.name = "linux", .cmake_system = "Linux", .format = ObjectFormat::elf};
const Platform android_platform{.name = "android", .cmake_system = "Android", .format = ObjectFormat::elf};
const Platform macos_platform{.name = "macos", .cmake_system = "Darwin", .format = ObjectFormat::mach_o};
const Platform ios_platform{.name = "ios", .cmake_system = "iOS", .format = ObjectFormat::mach_o};
const Platform windows_platform{.name = "windows", .cmake_system = "Windows", .format = ObjectFormat::coff};
const Platform bare_platform{.name = "bare", .cmake_system = "Generic", .format = ObjectFormat::elf};
const Platform wasm_platform{.name = "wasm", .cmake_system = "WASI", .format = ObjectFormat::wasm};

}  // namespace actinide
