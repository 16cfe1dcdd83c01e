// What the C library's allocator can be told beyond malloc and free; Glibc's module leaves it out.
#pragma once
#include <malloc.h>
