//! Prefetching of memory into the cache.

/// Prefetches 64 bytes that are read soon. This is only a hint, and does nothing on processors without such an
/// instruction.
#[inline(always)]
pub fn prefetch(numbers: &[f64; 8]) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the address is that of a reference; the instruction neither reads nor faults.
    #[allow(unsafe_code)]
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(numbers.as_ptr().cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = numbers;
}
