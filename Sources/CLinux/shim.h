#pragma once
#include <spawn.h>
#include <sys/types.h>
// Of the C library, which shows them only to who defines _GNU_SOURCE; Swift's Glibc module does not.
int pipe2(int ends[2], int flags);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
#include <stddef.h>
void *memmem(const void *where, size_t length, const void *what, size_t count);
// Starts writing a range of a file; length 0 is to its end.
int sync_file_range(int descriptor, off_t offset, off_t length, unsigned int flags);
