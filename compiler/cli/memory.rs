//! How memory is taken of the system, and what becomes of what was given back.

use libmimalloc_sys::{
    mi_free, mi_malloc, mi_malloc_aligned, mi_option_set, mi_realloc_aligned, mi_zalloc, mi_zalloc_aligned,
};
use std::alloc::{GlobalAlloc, Layout};

/// mimalloc, asked for an alignment only where it does not come by itself: the `mimalloc` of its bindings always asks, which
/// takes twice as long.
pub(crate) struct Mimalloc;

/// What `mi_malloc` aligns every block to that is at least as large: `MI_MAX_ALIGN_SIZE`, C's `max_align_t`.
const ALIGNED: usize = 16;

/// Whether a block of this layout is aligned without asking.
#[inline]
fn is_aligned(layout: Layout) -> bool {
    layout.align() <= ALIGNED && layout.align() <= layout.size()
}

#[expect(unsafe_code, reason = "an allocator is told to Rust in no other way")]
// SAFETY: mimalloc keeps the contract of `malloc`, `realloc` and `free`; `is_aligned` is the case in which its own function
// for aligned blocks passes a call on to `mi_malloc`.
unsafe impl GlobalAlloc for Mimalloc {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: any size and any power of two may be asked for.
        let block = unsafe {
            if is_aligned(layout) {
                mi_malloc(layout.size())
            } else {
                mi_malloc_aligned(layout.size(), layout.align())
            }
        };
        block.cast()
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as for `alloc`.
        let block = unsafe {
            if is_aligned(layout) {
                mi_zalloc(layout.size())
            } else {
                mi_zalloc_aligned(layout.size(), layout.align())
            }
        };
        block.cast()
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        // SAFETY: the block is one of `alloc` or `realloc`, and is given back once.
        unsafe { mi_free(block.cast()) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the block is one of `alloc` or `realloc`.
        unsafe { mi_realloc_aligned(block.cast(), size, layout.align()).cast() }
    }
}

/// How many milliseconds free memory stays with the program: `mi_option_purge_delay` of version 2 of mimalloc, which its
/// bindings do not name.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// Sets what holds for a command that looks at one file, if that has not been done.
pub(crate) fn set() {
    #[cfg(not(target_os = "linux"))]
    set_before_main();
}

/// Runs before `main`, and before the first allocation, which is earlier: where large pages are not off by then, that
/// alone clears one.
#[cfg(target_os = "linux")]
#[used]
#[expect(unsafe_code, reason = "there is no other way to run before the first allocation")]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = set_before_main;

extern "C" fn set_before_main() {
    keep();
    pages_for(1);
}

/// Keeps free memory for what is allocated next, until the program ends: soon, for a command. The system would take it
/// after ten milliseconds and hand it out again page by page, each cleared anew: up to a third of the time of a large check,
/// where the system is slow to do that. Call it before there is a second thread.
#[expect(unsafe_code, reason = "there is no other way to set an option for those who start this program")]
fn keep() {
    // SAFETY: the option exists, takes any number, and is set while there is one thread.
    unsafe { mi_option_set(PURGE_DELAY, -1) }
}

/// From so many files on, large pages are worth their while.
const MANY: usize = 32;

/// Takes memory in the pages that fit: to clear a large one takes longer than to check a small file, of which a command would
/// otherwise take five; and a large project would take thousands of small ones.
pub(crate) fn pages_for(files: usize) {
    // Where the system does not do as it is told, the command only takes longer.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(files < MANY);
    #[cfg(not(target_os = "linux"))]
    let _ = files;
}
