#pragma once
// The library's headers pull in the system's; taken from Swift's own module of them, every type has one home.
#if defined(__linux__) && defined(__clang__)
  #pragma clang module import SwiftGlibc
#endif
#include <archive.h>
#include <archive_entry.h>
