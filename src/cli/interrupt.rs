//! Ctrl-C: once to end in good order, twice to end at once.

use std::sync::atomic::{AtomicBool, Ordering};

/// Set by the first Ctrl-C (or a request to terminate); runs under way then end without a trace.
static CANCELLED: AtomicBool = AtomicBool::new(false);

/// Listens from now on, and gives the flag to look at.
pub fn listen() -> &'static AtomicBool {
    // Without a handler Ctrl-C ends the program at once, and finished runs are kept all the same.
    let _ = ctrlc::set_handler(|| {
        if CANCELLED.swap(true, Ordering::Relaxed) {
            std::process::exit(3);
        }
    });
    &CANCELLED
}
