import CMalloc

/// The memory of a program that is open all day: what one large reading took goes back to the system.
enum Memory {
  /// Lets threads that start from now on share one heap, so that what one frees another uses again.
  static func shareHeap() {
    mallopt(M_ARENA_MAX, 1)
    // Larger pieces come from the system and go back at once: arrays of whole tables, but no picture of a screen.
    mallopt(M_MMAP_THRESHOLD, 512 << 10)
  }

  /// Gives back what is free.
  static func giveBack() {
    malloc_trim(0)
  }
}
